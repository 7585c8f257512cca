// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentState;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * What an agent has to do. Its backlog is the time that it takes to finish that if each task takes as long as its mean:
 * what is left of those that it has begun, and those that it has not, shared by as many as it works on at once. Nobody is
 * taken to do more at once than can be seen, and at least one.
 *
 * @param meanMillis its mean service time, that of the fleet, or {@value #UNKNOWN_MILLIS} if nobody has completed anything
 */
record Work(Agent agent, List<Holding> held, double meanMillis, Instant now) {
    /** So that counts of tasks can be compared before there is any service time. */
    static final double UNKNOWN_MILLIS = 1000;

    static final String RULE =
            "over: has tasks that it has not begun and more than 1.5 times the mean backlog of the active agents;"
                    + " under: has a free slot and less than half of that mean; even: neither";

    /** Compared with the others. */
    enum Use {
        OVER,
        EVEN,
        UNDER
    }

    boolean isActive() {
        return agent.state() == AgentState.ACTIVE;
    }

    int free() {
        return Candidate.free(agent);
    }

    /** Tasks that it has begun. */
    int begun() {
        return (int) held.stream().filter(Holding::isBegun).count();
    }

    /** Tasks that were assigned to it and that it has not begun. */
    int queued() {
        return held.size() - begun();
    }

    double backlogMillis() {
        return backlogMillis(0);
    }

    /** Its backlog with so many tasks more, or with a negative number fewer, that it has not begun. */
    double backlogMillis(int more) {
        double left = held.stream()
                .filter(Holding::isBegun)
                .mapToDouble(
                        holding -> Math.max(0, meanMillis - holding.worked(now).toMillis()))
                .sum();
        return (left + (queued() + more) * meanMillis) / Math.max(1, begun());
    }

    Use use(double meanBacklog) {
        if (queued() > 0 && backlogMillis() > 1.5 * meanBacklog) {
            return Use.OVER;
        }
        return isActive() && free() > 0 && backlogMillis() < 0.5 * meanBacklog ? Use.UNDER : Use.EVEN;
    }

    static double mean(Collection<Double> values) {
        return values.stream().mapToDouble(value -> value).average().orElse(0);
    }

    /** How even: the mean over the largest, from near 0 (one has all) to 1 (all have the same, or nobody anything). */
    static double score(Collection<Double> backlogs) {
        double most = backlogs.stream().mapToDouble(value -> value).max().orElse(0);
        return most == 0 ? 1 : rounded(mean(backlogs) / most);
    }

    /** Population variance in seconds squared. */
    static double variance(Collection<Double> backlogs) {
        double mean = mean(backlogs);
        return rounded(backlogs.stream()
                .mapToDouble(value -> (value - mean) / 1000 * ((value - mean) / 1000))
                .average()
                .orElse(0));
    }

    static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
