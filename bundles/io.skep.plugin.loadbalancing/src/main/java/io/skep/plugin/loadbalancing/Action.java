// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.plugin.loadbalancing.balance.Effect;
import io.skep.plugin.loadbalancing.balance.Sample;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of how many slots an agent is given, and what came of it. Immutable.
 *
 * @param id from 1
 * @param aim what for
 * @param from slots that the agent was given before
 * @param to slots that it is given then
 * @param boundBefore the bound that an earlier action had set, or null
 * @param because why, in words
 * @param by who wanted it
 * @param begunAt in milliseconds, as all times here
 * @param endedAt when it was decided, or null
 * @param outcome why it is as it is, in words, or null while it is measured
 * @param before how attempts went before
 * @param after how they went since
 */
record Action(
        long id,
        String agent,
        Effect.Aim aim,
        int from,
        int to,
        @Nullable Integer boundBefore,
        String because,
        By by,
        long begunAt,
        State state,
        @Nullable Long endedAt,
        @Nullable String outcome,
        Sample.Kept before,
        Sample.Kept after) {
    Action {
        Objects.requireNonNull(agent);
        Objects.requireNonNull(aim);
        Objects.requireNonNull(state);
        Objects.requireNonNull(before);
        Objects.requireNonNull(after);
    }

    /** Who wanted it. */
    enum By {
        /** The plugin by itself. */
        PLUGIN,
        /** Whoever called {@code apply}. */
        CALLER
    }

    /** What became of it. */
    enum State {
        /** In force, and not decided. */
        MEASURING,
        /** It helped, and is in force as long as nothing comes after it. */
        KEPT,
        /** It is in force no longer. */
        UNDONE;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    boolean isMeasuring() {
        return state == State.MEASURING;
    }

    Effect effect() {
        return new Effect(before, from, after, to);
    }

    Action with(Sample.Kept seen) {
        return new Action(
                id, agent, aim, from, to, boundBefore, because, by, begunAt, state, endedAt, outcome, before, seen);
    }

    Action ended(State next, String why, long now) {
        return new Action(id, agent, aim, from, to, boundBefore, because, by, begunAt, next, now, why, before, after);
    }

    /**
     * How attempts went.
     *
     * @param millis what one takes, the geometric mean; 0 if none was good
     * @param perMinute that are done while the agent is given so many slots and uses them
     * @param failures share that failed
     */
    record Figures(long attempts, long millis, double perMinute, double failures) {
        static Figures of(Sample.Kept sample, int slots) {
            return new Figures(
                    sample.ended(),
                    Math.round(sample.millis()),
                    Advising.rounded(sample.perMinute(slots)),
                    Advising.rounded(sample.failures()));
        }
    }

    /**
     * As callers see it.
     *
     * @param aim shorter, fewer-failures or more
     * @param by plugin or caller
     * @param begunAt as in ISO 8601
     * @param state measuring, kept or undone
     * @param before while the agent was given {@code from} and used them
     * @param after since then, while it was given {@code to} and used them
     */
    record Shown(
            long id,
            String agent,
            String aim,
            int from,
            int to,
            String because,
            String by,
            String begunAt,
            String state,
            @Nullable String endedAt,
            @Nullable String outcome,
            Figures before,
            Figures after) {}

    Shown shown() {
        return new Shown(
                id,
                agent,
                aim.wire(),
                from,
                to,
                because,
                by.name().toLowerCase(Locale.ROOT),
                Instant.ofEpochMilli(begunAt).toString(),
                state.wire(),
                endedAt == null ? null : Instant.ofEpochMilli(endedAt).toString(),
                outcome,
                Figures.of(before, from),
                Figures.of(after, to));
    }
}
