// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.api.agent.Agent;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * An agent that has the skills and is active, as it looks for one request.
 *
 * @param waitMillis expected time until it can begin: 0 with a free slot; null if all are in use and nobody has completed
 *     anything yet, so that there is nothing to expect from
 * @param confidence see {@link #confidence}
 */
record Candidate(Agent agent, @Nullable Long waitMillis, double confidence) {
    /** The most confident first, then who can begin sooner, then who has more of its slots free. */
    static final Comparator<Candidate> BEST = Comparator.comparingDouble((Candidate c) -> -c.confidence)
            .thenComparingLong(c -> c.waitMillis == null ? Long.MAX_VALUE : c.waitMillis)
            .thenComparingDouble(c -> 1 - (double) c.free() / c.agent.spec().slots())
            .thenComparing(c -> c.agent.id());

    /** Slots that are neither in use nor reserved. */
    static int free(Agent agent) {
        return Math.max(0, agent.spec().slots() - agent.busy() - agent.reserved());
    }

    int free() {
        return free(agent);
    }

    String id() {
        return agent.id();
    }

    /**
     * How confident one can be, from 0 to 1, that the agent begins in time and completes the task at the first attempt:
     *
     * <p>{@code coverage * success * promptness}, where
     *
     * <ul>
     *   <li>{@code coverage} is the share of the required skills that it has: 1, because no other agent is offered;
     *   <li>{@code success} is (completed + 1) / (completed + failed + 2) over its last 64 attempts (Laplace's rule of
     *       succession; 1/2 for one that has not worked yet);
     *   <li>{@code promptness} is 1 with a free slot; else t / (t + w), where w is the expected wait and t the time that
     *       the caller has, or, if none was said, the mean service time: 1/2 for a wait as long as that; 1/2 also when
     *       nothing is known.
     * </ul>
     *
     * It is an estimate from what was seen, not a promise.
     *
     * @param meanMillis the mean service time, 0 if unknown
     */
    static double confidence(
            double coverage,
            double success,
            @Nullable Long waitMillis,
            @Nullable Long timeoutMillis,
            double meanMillis) {
        double has = timeoutMillis == null ? meanMillis : timeoutMillis;
        double promptness = waitMillis == null ? 0.5 : waitMillis == 0 ? 1 : has / (has + waitMillis);
        return Math.round(coverage * success * promptness * 1000) / 1000.0;
    }

    /**
     * The expected time in milliseconds until an agent without a free slot can begin: until the first of its attempts
     * ends if each takes as long as its mean, and the service times of those that stand before, shared by all slots.
     *
     * @param meanMillis its mean service time, 0 if unknown
     * @param ahead ready tasks that stand before this one
     * @param slots of all agents that could take those
     */
    static @Nullable Long expectedWait(List<Holding> held, double meanMillis, int ahead, int slots, Instant now) {
        if (meanMillis == 0) {
            return null;
        }
        OptionalDouble first = held.stream()
                .map(holding -> holding.worked(now))
                .mapToDouble(worked -> Math.max(0, meanMillis - millis(worked)))
                .min();
        return (long) Math.ceil(first.orElse(meanMillis) + ahead * meanMillis / slots);
    }

    private static double millis(Duration duration) {
        return Math.max(0, duration.toMillis());
    }
}
