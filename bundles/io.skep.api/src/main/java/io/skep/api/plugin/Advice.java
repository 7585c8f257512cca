// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import io.skep.api.Refusal;
import java.util.Objects;

/**
 * What a plugin advises core about one agent, see {@link Orchestrator#advise}. Immutable.
 *
 * @param agent the agent's id, at most {@value #MAX_AGENT} characters
 * @param weight how much of the work it should have for its slots, compared with an agent of weight 1: {@value #MIN_WEIGHT}
 *     to {@value #MAX_WEIGHT}
 * @param slots how many tasks it should have at once at most; more than it says itself changes nothing; at least 1
 * @param ejected whether it should get nothing at all while another agent has the skills
 * @param cause why, in words, at most {@value #MAX_CAUSE} characters
 */
public record Advice(String agent, double weight, int slots, boolean ejected, String cause) {
    /** The longest id in characters. */
    public static final int MAX_AGENT = 128;

    /** The least weight. */
    public static final double MIN_WEIGHT = 0.01;

    /** The largest weight. */
    public static final double MAX_WEIGHT = 100;

    /** The longest cause in characters. */
    public static final int MAX_CAUSE = 300;

    /**
     * Checks.
     *
     * @throws Refusal if something is out of its limits
     */
    public Advice {
        Objects.requireNonNull(agent);
        Objects.requireNonNull(cause);
        if (agent.isEmpty() || agent.length() > MAX_AGENT) {
            throw Refusal.invalid("agent", "an id has 1 to " + MAX_AGENT + " characters");
        }
        if (!(weight >= MIN_WEIGHT && weight <= MAX_WEIGHT)) {
            throw Refusal.invalid("weight", "a weight is " + MIN_WEIGHT + " to " + MAX_WEIGHT + ", not " + weight);
        }
        if (slots < 1) {
            throw Refusal.invalid("slots", "an agent is left 1 slot at least, not " + slots);
        }
        if (cause.length() > MAX_CAUSE) {
            throw Refusal.invalid("cause", "a cause has at most " + MAX_CAUSE + " characters, not " + cause.length());
        }
    }
}
