// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a check is. Immutable.
 *
 * @param state one of the constants
 * @param score 0 to 1, 0 while it has not ended
 * @param detail in words
 * @param task the reviewer's task, or null
 * @param until when it ends by itself, ISO-8601, or null
 */
public record CheckRun(
        String name,
        String kind,
        String state,
        double score,
        String detail,
        @Nullable String task,
        @Nullable String until) {
    static final String WAITING = "waiting";
    static final String PENDING = "pending";
    static final String PASSED = "passed";
    static final String FAILED = "failed";
    static final String ERRORED = "errored";
    static final String SKIPPED = "skipped";

    /** Nothing is null but what may be. */
    public CheckRun {
        Objects.requireNonNull(name);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(state);
        Objects.requireNonNull(detail);
    }

    static CheckRun waiting(CheckSpec spec) {
        return new CheckRun(spec.called(), spec.isA(), WAITING, 0, "", null, null);
    }

    CheckRun begun(String until) {
        return new CheckRun(name, kind, PENDING, 0, "", task, until);
    }

    CheckRun by(String reviewer) {
        return new CheckRun(name, kind, state, score, detail, reviewer, until);
    }

    CheckRun ended(Outcome outcome) {
        return new CheckRun(name, kind, outcome.state(), outcome.score(), outcome.detail(), task, null);
    }

    CheckRun skipped() {
        return new CheckRun(name, kind, SKIPPED, 0, "the gate was decided without it", task, null);
    }

    boolean isOver() {
        return !state.equals(WAITING) && !state.equals(PENDING);
    }

    boolean isPassed() {
        return state.equals(PASSED);
    }

    boolean isPending() {
        return state.equals(PENDING);
    }

    /** This one, or the same from elsewhere if that is further. */
    CheckRun further(CheckRun other) {
        return other.progress() > progress() ? other : this;
    }

    private int progress() {
        if (isOver()) {
            return 3;
        } else if (task != null) {
            return 2;
        }
        return isPending() ? 1 : 0;
    }
}
