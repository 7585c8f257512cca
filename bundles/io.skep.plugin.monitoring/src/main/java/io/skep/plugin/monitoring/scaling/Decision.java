// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One decision about a group, from its making to its effect. Immutable; kept as it is.
 *
 * @param id its number, growing within a group
 * @param at when, in milliseconds since 1970
 * @param from agents that were wanted
 * @param to agents that are wanted by it
 * @param rule that decided
 * @param because in words
 * @param hindrances why not more, or not fewer
 * @param before the figures it was made from
 * @param state what became of it
 * @param endedAt when the scaler had taken it, or it was given up; null while pending
 * @param outcome what the scaler said to it, or what it did, in words; null while there is nothing to say
 * @param after the figures some time after; null before
 */
record Decision(
        long id,
        long at,
        int from,
        int to,
        String rule,
        String because,
        List<String> hindrances,
        Figures before,
        State state,
        @Nullable Long endedAt,
        @Nullable String outcome,
        @Nullable Figures after) {
    private static final double MILLIS = 1000;

    /** What became of a decision. */
    enum State {
        /** It is kept, and not known to be carried out: a start carries it out again. */
        PENDING,
        /** The scaler has taken it. */
        DONE,
        /** The scaler did not take it. */
        FAILED,
        /** It is not to be carried out: nothing is done by itself. */
        PROPOSED
    }

    Decision {
        Objects.requireNonNull(rule);
        Objects.requireNonNull(because);
        Objects.requireNonNull(before);
        Objects.requireNonNull(state);
        hindrances = hindrances == null ? List.of() : List.copyOf(hindrances);
    }

    static Decision of(long id, long at, Verdict verdict, Figures before, State state) {
        return new Decision(
                id,
                at,
                verdict.from(),
                verdict.to(),
                verdict.rule(),
                verdict.because(),
                verdict.hindrances(),
                before,
                state,
                null,
                null,
                null);
    }

    /** The same, done or failed. */
    Decision ended(State how, long when, @Nullable String what) {
        return new Decision(id, at, from, to, rule, because, hindrances, before, how, when, what, null);
    }

    /** The same, with its effect. */
    Decision measured(Figures later, long when) {
        String effect = String.format(
                Locale.ROOT,
                "%.0f s later: %s; before, the oldest waited for %.1f s",
                (when - Objects.requireNonNullElse(endedAt, at)) / MILLIS,
                later.inWords(),
                before.oldestMillis() / MILLIS);
        return new Decision(id, at, from, to, rule, because, hindrances, before, state, endedAt, effect, later);
    }

    /** Whether it is still to be carried out, or may have been. */
    boolean awaits() {
        return state == State.PENDING;
    }

    /** Whether it made a group larger, or was to. */
    boolean grows() {
        return to > from && state != State.PROPOSED;
    }

    /** Whether it made a group smaller, or was to. */
    boolean shrinks() {
        return to < from && state != State.PROPOSED;
    }

    /**
     * As callers see it.
     *
     * @param decision its id, as receivers are told it
     * @param at when
     * @param state pending, done, failed or proposed
     */
    record Shown(
            String decision,
            String scaler,
            String group,
            String at,
            int from,
            int to,
            String rule,
            String because,
            List<String> hindrances,
            String state,
            @Nullable String outcome,
            Figures before,
            @Nullable Figures after) {}

    Shown shown(String scaler, String group) {
        return new Shown(
                name(group, id),
                scaler,
                group,
                Instant.ofEpochMilli(at).toString(),
                from,
                to,
                rule,
                because,
                hindrances,
                state.name().toLowerCase(Locale.ROOT),
                outcome,
                before,
                after);
    }

    /** The id of a decision, unique among all groups of a scaler. */
    static String name(String group, long id) {
        return group + "." + id;
    }
}
