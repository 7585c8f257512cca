// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

/**
 * An agent that could get a task, as it is at this moment. Immutable.
 *
 * @param id of the agent
 * @param slots how many tasks it takes at once, at least 1
 * @param held how many it has
 * @param skills how many skills it has
 * @param lastBegun when it got its last task, less for longer ago
 * @param known what was learned of it
 */
public record Candidate(String id, int slots, int held, int skills, long lastBegun, Estimate known) {
    /** What it has to do for its slots and its weight, if it gets the task: core orders agents by the same rule. */
    double load(double weight) {
        return (held + 1 - weight) / (slots * weight);
    }
}
