// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.List;

/**
 * Agents for a task; of those that say the same of themselves one stands for all. Immutable.
 *
 * @param best the best ones, best first; the one to take is the first, unless {@link #explored}
 * @param picked index of the one to take, -1 if there is none
 * @param explored whether that is another than the best, to learn more of it
 * @param somebody probability that somebody fits at all
 * @param considered how many agents that say different things were looked at
 */
public record Ranking(List<Scored> best, int picked, boolean explored, double somebody, int considered) {
    public Ranking {
        best = List.copyOf(best);
    }

    /**
     * An agent with what its score is made of.
     *
     * @param agent its id
     * @param probability that it will succeed
     * @param score evidence and preferences, the sum of all contributions
     * @param features of the evidence, in the order of {@link Feature}
     * @param weights that they were multiplied by
     * @param preferences what load, latency and cost took away
     */
    public record Scored(
            String agent, double probability, double score, float[] features, double[] weights, double[] preferences) {
        /** The same of another agent that says the same. */
        public Scored as(String other) {
            return new Scored(other, probability, score, features, weights, preferences);
        }
    }
}
