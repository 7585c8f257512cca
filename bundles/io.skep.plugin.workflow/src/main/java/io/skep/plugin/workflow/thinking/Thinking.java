// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One thinking. Immutable; its JSON is what is kept.
 *
 * @param startedAt ISO-8601
 * @param until ISO-8601: answers that are not there then are done without
 * @param endedAt ISO-8601, or null while it goes on
 * @param task what it is about, or null if that was only described
 * @param below whether the questions are parts of that task; not if it had ended
 * @param question what everybody is asked, the same at every try; empty once it has ended
 * @param tenant of the questions
 * @param priority of the questions
 * @param seen what is known by now: the reason, the complexity, who is asked
 * @param tokens that one participant may use, 0 for no limit of its own
 * @param costMicros that one participant may use, 0 for no limit of its own
 */
record Thinking(
        String id,
        String startedAt,
        String until,
        @Nullable String endedAt,
        @Nullable String task,
        boolean below,
        String question,
        String tenant,
        int priority,
        long tokens,
        long costMicros,
        Insights seen) {
    /** A document that lacks these is none of ours. */
    Thinking {
        Objects.requireNonNull(id);
        Objects.requireNonNull(until);
        Objects.requireNonNull(question);
        Objects.requireNonNull(tenant);
        Objects.requireNonNull(seen);
    }

    boolean isOver() {
        return endedAt != null;
    }

    List<Insights.Participant> participants() {
        List<Insights.Participant> asked = seen.participants();
        return asked == null ? List.of() : asked;
    }

    /** Whether every participant has been given his question. */
    boolean isAsked() {
        return participants().stream().noneMatch(participant -> participant.task() == null);
    }

    boolean isLate(Instant now) {
        return !now.isBefore(Instant.parse(until));
    }

    /** The same with the child tasks of its participants, in their order. */
    Thinking asked(List<String> tasks) {
        List<Insights.Participant> asked = IntStream.range(0, participants().size())
                .mapToObj(i ->
                        new Insights.Participant(participants().get(i).agent(), tasks.get(i), Insights.ASKED, null))
                .toList();
        return with(
                null,
                question,
                new Insights(
                        seen.depth(),
                        seen.reason(),
                        seen.points(),
                        asked,
                        seen.partial(),
                        seen.consensus(),
                        seen.complexity(),
                        seen.chosenBy(),
                        seen.encoder(),
                        seen.omitted()));
    }

    /** It is over. */
    Thinking closed(Instant now, Insights insights) {
        return with(now.toString(), "", insights);
    }

    private Thinking with(@Nullable String end, String asks, Insights insights) {
        return new Thinking(
                id, startedAt, until, end, task, below, asks, tenant, priority, tokens, costMicros, insights);
    }

    /** Whichever of this one and another one has come further. */
    Thinking further(Thinking other) {
        boolean theirs = other.isOver() != isOver() ? other.isOver() : other.isAsked() && !isAsked();
        return theirs ? other : this;
    }
}
