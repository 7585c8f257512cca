// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import java.time.Duration;

/**
 * Core's limits and times; see {@link CoreConfig} for what each means to an operator. Immutable.
 *
 * @param maxLiveTasks tasks that have not ended, over all shards
 * @param maxPayloadChars characters of inputs and results in memory, over all shards
 * @param retainedTasks ended tasks kept in memory, over all shards
 * @param maxAgents registered agents
 * @param maxWaits waiting claims, waits for an end, and waits for events, each
 * @param maxMailbox commands waiting for the engine
 * @param maxProjectionLag records that the projection may be behind before submissions are refused
 * @param snapshotRecords records of a shard after which it is snapshot, at least
 * @param retainedEvents records kept in the log for readers of events, over all shards
 * @param restartGrace how long after a restart agents and leases are given to be heard of
 * @param rejectUnknownSkills whether a task is refused that asks for a skill which no registered agent has
 * @param maxDepth how deep a tree of parents and children may be
 * @param maxChildren children that one task may have
 */
public record CoreSettings(
        int maxLiveTasks,
        long maxPayloadChars,
        int retainedTasks,
        int maxAgents,
        int maxWaits,
        int maxMailbox,
        long maxProjectionLag,
        int snapshotRecords,
        int retainedEvents,
        Duration restartGrace,
        boolean rejectUnknownSkills,
        int maxDepth,
        int maxChildren) {

    public CoreSettings {
        within("max.live.tasks", maxLiveTasks, 1, 10_000_000);
        within("max.payload.chars", maxPayloadChars, 1_000_000, Long.MAX_VALUE / 4);
        within("retained.tasks", retainedTasks, 16, 10_000_000);
        within("max.agents", maxAgents, 1, 1_000_000);
        within("max.waits", maxWaits, 1, 1_000_000);
        within("max.mailbox", maxMailbox, 16, 10_000_000);
        within("max.projection.lag", maxProjectionLag, 1000, Long.MAX_VALUE);
        within("snapshot.records", snapshotRecords, 10, 10_000_000);
        within("retained.events", retainedEvents, 0, 100_000_000);
        within("restart.grace.millis", restartGrace.toMillis(), 0, 3_600_000);
        within("max.depth", maxDepth, 1, 1000);
        within("max.children", maxChildren, 1, Integer.MAX_VALUE);
    }

    /**
     * The settings that a configuration stands for.
     *
     * @throws IllegalArgumentException naming the first property that is out of its limits
     */
    static CoreSettings of(CoreConfig config) {
        return new CoreSettings(
                config.max_live_tasks(),
                config.max_payload_chars(),
                config.retained_tasks(),
                config.max_agents(),
                config.max_waits(),
                config.max_mailbox(),
                config.max_projection_lag(),
                config.snapshot_records(),
                config.retained_events(),
                Duration.ofMillis(config.restart_grace_millis()),
                config.unknown_skills_refused(),
                config.max_depth(),
                config.max_children());
    }

    private static void within(String property, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "io.skep.core: " + property + " must be " + min + " to " + max + ", not " + value);
        }
    }

    /** What {@link CoreConfig} says by default. */
    public static final CoreSettings DEFAULT = new CoreSettings(
            1_000_000,
            256L << 20,
            20_000,
            20_000,
            20_000,
            65_536,
            2_000_000,
            10_000,
            100_000,
            Duration.ofSeconds(30),
            true,
            32,
            10_000);
}
