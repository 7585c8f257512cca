// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.plugin.base.Codec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Draws the insights from what the participants answered. */
final class Conclusion {
    private static final int MAX_DETAIL = 200;

    private final AnswerReader reader;
    private final Synthesis synthesis;

    Conclusion(Codec codec, Encoder encoder) {
        this.reader = new AnswerReader(codec);
        this.synthesis = new Synthesis(encoder);
    }

    /** The insights, of the questions as they stand now. May take a while. */
    Insights of(Thinking thinking, List<Optional<Task>> questions) {
        List<Insights.Participant> participants = new ArrayList<>();
        List<Statement> statements = new ArrayList<>();
        Set<String> answered = new HashSet<>();
        int used = 0;
        for (int i = 0; i < questions.size(); i++) {
            Insights.Participant asked = thinking.participants().get(i);
            Task question = questions.get(i).orElse(null);
            if (question == null || question.state() != TaskState.COMPLETED) {
                participants.add(without(asked, question, Instant.parse(thinking.until())));
                continue;
            }
            String agent = Panel.doneBy(question, asked.agent());
            AnswerReader.Read read = reader.read(question.result(), new Insights.Source(question.id(), agent));
            String why = read.unusable();
            participants.add(new Insights.Participant(
                    agent,
                    question.id(),
                    why == null ? Insights.USED : Insights.UNUSABLE,
                    why == null && !agent.equals(asked.agent()) ? "in place of " + asked.agent() : why));
            if (why == null) {
                used++;
                answered.add(agent);
                statements.addAll(read.statements());
            }
        }
        return insights(thinking.seen(), participants, used, synthesis.of(statements, answered.size()));
    }

    private static Insights.Participant without(Insights.Participant asked, @Nullable Task question, Instant until) {
        if (question == null) {
            return new Insights.Participant(
                    asked.agent(), asked.task(), Insights.FAILED, "the question is not there any more");
        }
        String agent = Panel.doneBy(question, asked.agent());
        // Core, whose times are whole milliseconds, may have ended it at its deadline before it was looked at here.
        if (!question.state().isTerminal() || !question.since().isBefore(until.truncatedTo(ChronoUnit.MILLIS))) {
            return new Insights.Participant(agent, question.id(), Insights.LATE, "no answer in time");
        }
        String cause = question.cause();
        return new Insights.Participant(
                agent,
                question.id(),
                Insights.FAILED,
                question.state().wire() + ": " + cause.substring(0, Math.min(cause.length(), MAX_DETAIL)));
    }

    private static Insights insights(
            Insights seen, List<Insights.Participant> participants, int used, Synthesis.Result result) {
        double consensus = result.points().stream()
                .mapToDouble(Insights.Point::consensus)
                .average()
                .orElse(0);
        return new Insights(
                seen.depth(),
                seen.reason() + "; answers used: " + used + " of " + participants.size(),
                result.points(),
                participants,
                used < participants.size(),
                result.points().isEmpty() ? null : Synthesis.rounded(consensus),
                seen.complexity(),
                seen.chosenBy(),
                result.encoder(),
                result.omitted() == 0 ? null : result.omitted());
    }
}
