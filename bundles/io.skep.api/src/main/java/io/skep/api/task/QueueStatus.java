// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ready tasks of one tenant that need the same skills. Immutable.
 *
 * @param skills which an agent must have; empty for any agent
 * @param tenant whose
 * @param depth how many wait
 * @param oldestSince since when the oldest could have started, or null if none waits
 * @param inPerSecond tasks that came, in the last minute
 * @param outPerSecond tasks that got an agent, in the last minute
 * @param drainEta when at this pace none will wait any more, from now; null if it grows or nothing moves
 * @param agents ids of agents with these skills, at most {@value #MAX_AGENTS}, active ones first
 * @param activeAgents how many with these skills take tasks
 * @param freeSlots of those
 */
public record QueueStatus(
        Set<String> skills,
        String tenant,
        int depth,
        @Nullable Instant oldestSince,
        double inPerSecond,
        double outPerSecond,
        @Nullable Duration drainEta,
        List<String> agents,
        int activeAgents,
        int freeSlots) {
    /** The most {@link #agents} that are named. */
    public static final int MAX_AGENTS = 20;

    public QueueStatus {
        Objects.requireNonNull(tenant);
        skills = Set.copyOf(skills);
        agents = List.copyOf(agents);
    }
}
