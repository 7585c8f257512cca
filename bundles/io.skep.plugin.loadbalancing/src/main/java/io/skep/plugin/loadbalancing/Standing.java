// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.api.plugin.Advice;
import java.util.List;

/**
 * How the balancing stands.
 *
 * @param strategy as configured
 * @param inUse the same, or of the adaptive one its favourite; core is advised of weights if that goes by what is learned
 * @param meanMillis what an attempt takes in the fleet, the geometric mean
 * @param scores how those do that the adaptive one picks among
 * @param advice what core is advised, of agents that it is advised about
 */
record Standing(String strategy, String inUse, long meanMillis, List<Scored> scores, List<Said> advice) {
    private static final int MOST_AGENTS = 1000;

    /**
     * How a strategy does.
     *
     * @param measured tasks, newer ones counting more
     * @param regret how much longer they take than with the one in use, as a share of that
     * @param doubt one standard deviation of that
     */
    record Scored(String strategy, double measured, double regret, double doubt) {}

    /** What is said of an agent. */
    record Said(String agent, double weight, boolean ejected, String cause) {}

    /** At most a thousand agents. */
    static Standing of(String strategy, Choice choice, List<Advice> advice, double millis) {
        return new Standing(
                strategy,
                choice.inUse(),
                Math.round(millis),
                choice.scores().entrySet().stream()
                        .map(entry -> new Scored(
                                entry.getKey(),
                                Advising.rounded(entry.getValue().measured()),
                                Advising.rounded(entry.getValue().regret()),
                                Advising.rounded(entry.getValue().doubt())))
                        .toList(),
                advice.stream()
                        .limit(MOST_AGENTS)
                        .map(one -> new Said(one.agent(), one.weight(), one.ejected(), one.cause()))
                        .toList());
    }
}
