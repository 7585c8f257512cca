// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import io.skep.plugin.workflow.base.Versions.Version;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What {@code quality_gates} answers. */
public final class Answers {
    private Answers() {}

    /**
     * What gates say.
     *
     * @param id by which a pending evaluation is asked for; null if it was decided at once
     * @param verdict pass, fail, pending, or none if no gate is for the task
     * @param score 0 to 1, of the worst gate
     * @param feedback what did not pass, a line each
     * @param again whether a task that failed is to be tried again with the feedback; null if it did not fail
     * @param reason what a pending one waits for
     * @param retryAfterMillis when to ask about a pending one again
     */
    public record Verdict(
            @Nullable String id,
            String verdict,
            double score,
            String feedback,
            List<OfGate> gates,
            @Nullable Boolean again,
            @Nullable String reason,
            @Nullable Integer retryAfterMillis) {
        static final Verdict NONE = new Verdict(null, "none", 1, "", List.of(), null, null, null);

        static Verdict of(Evaluation evaluation, boolean kept) {
            return new Verdict(
                    kept ? evaluation.id() : null,
                    evaluation.verdict(),
                    rounded(evaluation.score()),
                    evaluation.feedback(),
                    evaluation.gates().stream().map(OfGate::of).toList(),
                    null,
                    null,
                    null);
        }

        /** The same of a task that did not pass. */
        Verdict orAgain(boolean again) {
            return new Verdict(id, verdict, score, feedback, gates, again, null, null);
        }

        /** The same, with what it waits for if it is pending. */
        Verdict waiting(String reason, int retryAfterMillis) {
            return verdict.equals(Evaluation.PENDING)
                    ? new Verdict(id, verdict, score, feedback, gates, null, reason, retryAfterMillis)
                    : this;
        }
    }

    /** What one gate says. */
    public record OfGate(String gate, int version, String decision, double score, List<CheckRun> checks) {
        static OfGate of(GateRun run) {
            return new OfGate(
                    run.gate().called(),
                    run.version(),
                    run.decision().name().toLowerCase(Locale.ROOT),
                    rounded(run.score()),
                    run.checks());
        }
    }

    /**
     * A decision that somebody has to take.
     *
     * @param until when it counts as refused
     * @param shown the beginning of what is to be approved
     * @param difference from what was judged before of the same task, if it was
     */
    public record Wait(
            String id,
            String gate,
            int version,
            String check,
            String question,
            @Nullable String until,
            @Nullable String task,
            String shown,
            @Nullable Difference difference) {}

    /** What waits for a decision. */
    public record Waiting(int evaluations, List<Wait> waiting) {}

    /** A gate in a list. */
    public record Row(
            String name,
            int version,
            String since,
            String stage,
            boolean enabled,
            int checks,
            @Nullable String description) {
        static Row of(Version<GateSpec> version) {
            GateSpec gate = Objects.requireNonNull(version.value());
            return new Row(
                    gate.called(),
                    version.version(),
                    version.at(),
                    gate.at(),
                    gate.isOn(),
                    gate.all().size(),
                    gate.description());
        }
    }

    /** The gates. */
    public record Gates(List<Row> gates) {}

    /** A change of a gate. */
    public record Changed(String name, int version, boolean changed) {}

    /** A version of a gate; without {@code gate} it was removed then. */
    public record OfVersion(
            int version, String at, @Nullable GateSpec gate) {}

    /** A gate with its last versions, newest first. */
    public record Shown(String name, List<OfVersion> versions) {}

    /** How often a check passed. */
    public record Tally(String check, String kind, int passed, int failed, int errored) {}

    /** A task that would not have passed. */
    public record Failed(String task, double score, String feedback) {}

    /**
     * What a gate would have said.
     *
     * @param tasks that were judged
     * @param notJudged that have no result that can be looked at, or for which there was no time
     * @param notRun checks that were not run: programs, reviewers and people are not asked about the past
     * @param examples of tasks that would not have passed
     */
    public record Past(
            int tasks,
            int passed,
            int failed,
            int notJudged,
            List<Tally> checks,
            List<String> notRun,
            List<Failed> examples) {}

    static double rounded(double score) {
        return Math.round(score * 1000) / 1000.0;
    }
}
