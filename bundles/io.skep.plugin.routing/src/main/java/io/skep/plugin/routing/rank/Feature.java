// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.Locale;

/** What the score of an agent for a task is made of. All agents share one weight for each. */
public enum Feature {
    /** Always 1. */
    BIAS(-1),
    /** Cosine of the task and the agent's name and description. */
    DESCRIPTION(6),
    /** Cosine of the task and the closest skill, example or sentence of the agent. */
    SKILL(3),
    /** Share of the task's words, weighted by BM25, that the agent's texts cover. */
    WORDS(2),
    /** Log-probability that the task belongs to this agent and no other, by the shape that successes have. */
    POSTERIOR(2),
    /** Cosine of the task and the middle of description and successes. */
    EXPERIENCE(0),
    /** Closeness of the nearest task in which the agent succeeded. */
    NEAR_SUCCESS(5),
    /** Closeness of the nearest task in which it failed. */
    NEAR_FAILURE(-5),
    /** Log-odds of success among the nearest past tasks, against those of everybody. */
    NEIGHBOURS(1),
    /** Log-odds of success in all its tasks, against those of everybody. */
    RECORD(1.5),
    /** How little is known of it. */
    NOVELTY(0.3),
    /** Whether the task points to earlier work of this agent. */
    CONTEXT(3);

    static final int COUNT = values().length;

    private final double prior;

    Feature(double prior) {
        this.prior = prior;
    }

    /** The weight before anything is learned; chosen by reasoning, see docs/routing.md. */
    public double prior() {
        return prior;
    }

    /** Its place in arrays of features and weights. */
    @SuppressWarnings("EnumOrdinal")
    public int place() {
        return ordinal();
    }

    /** The name at the edges. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
