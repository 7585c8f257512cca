// SPDX-License-Identifier: Apache-2.0
package io.skep.api.agent;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Agents of one kind, all alike, of which there can be more or fewer. An immutable snapshot.
 *
 * @param name unique among those of its {@link Scaler}: letters, digits, dot, underscore and hyphen, at most 100
 * @param skills that each of its agents has
 * @param slots of each of its agents, at least 1
 * @param min fewest agents
 * @param max most agents
 * @param wanted how many there shall be, by its last order; within {@code min} and {@code max}
 * @param agents the ids of those that there are, also of those that start or drain
 * @param hourCostMicros what one of its agents costs in an hour, in millionths of the unit of {@code costMicros}; 0 if nothing
 */
public record ScalingGroup(
        String name,
        Set<String> skills,
        int slots,
        int min,
        int max,
        int wanted,
        List<String> agents,
        long hourCostMicros) {
    /** Checks. */
    public ScalingGroup {
        Objects.requireNonNull(name);
        skills = Set.copyOf(skills);
        agents = List.copyOf(agents);
        if (!name.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException("a group has a name of 1 to 100 letters, digits, '.', '_' and '-'");
        }
        if (slots < 1 || min < 0 || max < min || hourCostMicros < 0) {
            throw new IllegalArgumentException("group " + name + ": slots " + slots + ", " + min + " to " + max
                    + " agents at " + hourCostMicros + " micros");
        }
    }
}
