// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.api.task.TraceContext;
import io.skep.core.dispatch.Fairness;
import io.skep.core.engine.CheckpointSettings;
import io.skep.core.engine.RoutingSettings;
import io.skep.core.engine.SleepSettings;
import io.skep.core.payload.PayloadSettings;
import io.skep.core.plugin.PluginSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Core's limits and times; see {@link CoreConfig} for what each means to an operator. Immutable.
 *
 * @param maxLiveTasks tasks that have not ended, over all shards
 * @param maxPayloadChars characters of inputs and results in memory, over all shards
 * @param retainedTasks ended tasks kept in memory, over all shards
 * @param history how long after its end a task is kept in the projection; zero for ever
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
 * @param maxCycles rounds of a cycle of agents after which its tree is stopped
 * @param fairness how tenants, priorities and the backlog share the slots
 * @param routing how tasks are brought to the agents that fit them best
 * @param checkpoints how tasks are checked on their way
 * @param sleep how long agents may take to fall asleep and to wake
 * @param payloads limits of inputs and results that are kept as files
 * @param plugins limits and times of plugins
 * @param tracedPermille of a thousand tasks that begin a trace of their own, how many are traced
 * @param authRequired whether nobody is let in without the plugin {@code security}, over loopback either
 */
public record CoreSettings(
        int maxLiveTasks,
        long maxPayloadChars,
        int retainedTasks,
        Duration history,
        int maxAgents,
        int maxWaits,
        int maxMailbox,
        long maxProjectionLag,
        int snapshotRecords,
        int retainedEvents,
        Duration restartGrace,
        boolean rejectUnknownSkills,
        int maxDepth,
        int maxChildren,
        int maxCycles,
        Fairness fairness,
        RoutingSettings routing,
        CheckpointSettings checkpoints,
        SleepSettings sleep,
        PayloadSettings payloads,
        PluginSettings plugins,
        int tracedPermille,
        boolean authRequired) {

    private static final Limit MAX_LIVE_TASKS = new Limit("max.live.tasks", 1, 10_000_000);
    private static final Limit MAX_PAYLOAD_CHARS = new Limit("max.payload.chars", 1_000_000, Long.MAX_VALUE / 4);
    private static final Limit RETAINED_TASKS = new Limit("retained.tasks", 16, 10_000_000);
    private static final Limit HISTORY_DAYS = new Limit("history.days", 0, 36_500);
    private static final Limit MAX_AGENTS = new Limit("max.agents", 1, 1_000_000);
    private static final Limit MAX_WAITS = new Limit("max.waits", 1, 1_000_000);
    private static final Limit MAX_MAILBOX = new Limit("max.mailbox", 16, 10_000_000);
    private static final Limit MAX_PROJECTION_LAG = new Limit("max.projection.lag", 1000, Long.MAX_VALUE);
    private static final Limit SNAPSHOT_RECORDS = new Limit("snapshot.records", 10, 10_000_000);
    private static final Limit RETAINED_EVENTS = new Limit("retained.events", 0, 100_000_000);
    private static final Limit RESTART_GRACE_MILLIS = new Limit("restart.grace.millis", 0, 3_600_000);
    private static final Limit MAX_DEPTH = new Limit("max.depth", 1, 1000);
    private static final Limit MAX_CHILDREN = new Limit("max.children", 1, Integer.MAX_VALUE);
    private static final Limit MAX_CYCLES = new Limit("max.cycles", 2, 100);

    private static final Limit TRACED_PERMILLE = new Limit("traced.permille", 0, TraceContext.ALL_PERMILLE);

    private static final String AUTH = "auth";
    private static final String REQUIRED = "required";

    /** What {@link CoreConfig} says by default. */
    public static final CoreSettings DEFAULT = new CoreSettings(
            1_000_000,
            256L << 20,
            20_000,
            Duration.ofDays(30),
            20_000,
            20_000,
            65_536,
            2_000_000,
            10_000,
            100_000,
            Duration.ofSeconds(30),
            true,
            32,
            10_000,
            3,
            Fairness.DEFAULT,
            RoutingSettings.DEFAULT,
            CheckpointSettings.DEFAULT,
            SleepSettings.DEFAULT,
            PayloadSettings.DEFAULT,
            PluginSettings.DEFAULT,
            TraceContext.ALL_PERMILLE,
            false);

    public CoreSettings {
        MAX_LIVE_TASKS.check(maxLiveTasks);
        MAX_PAYLOAD_CHARS.check(maxPayloadChars);
        RETAINED_TASKS.check(retainedTasks);
        HISTORY_DAYS.check(history.toDays());
        MAX_AGENTS.check(maxAgents);
        MAX_WAITS.check(maxWaits);
        MAX_MAILBOX.check(maxMailbox);
        MAX_PROJECTION_LAG.check(maxProjectionLag);
        SNAPSHOT_RECORDS.check(snapshotRecords);
        RETAINED_EVENTS.check(retainedEvents);
        RESTART_GRACE_MILLIS.check(restartGrace.toMillis());
        MAX_DEPTH.check(maxDepth);
        MAX_CHILDREN.check(maxChildren);
        MAX_CYCLES.check(maxCycles);
        TRACED_PERMILLE.check(tracedPermille);
        FairnessLimits.check(fairness);
        RoutingLimits.check(routing);
        CheckpointLimits.check(checkpoints);
        SleepLimits.check(sleep);
        PayloadLimits.check(payloads);
    }

    /**
     * The settings that a configuration stands for.
     *
     * @param wrong is given a sentence for each property whose value is wrong; its default stands instead
     */
    static CoreSettings of(CoreConfig config, List<String> wrong) {
        return new CoreSettings(
                MAX_LIVE_TASKS.read(config::max_live_tasks, DEFAULT.maxLiveTasks, wrong),
                MAX_PAYLOAD_CHARS.read(config::max_payload_chars, DEFAULT.maxPayloadChars, wrong),
                RETAINED_TASKS.read(config::retained_tasks, DEFAULT.retainedTasks, wrong),
                Duration.ofDays(HISTORY_DAYS.read(config::history_days, (int) DEFAULT.history.toDays(), wrong)),
                MAX_AGENTS.read(config::max_agents, DEFAULT.maxAgents, wrong),
                MAX_WAITS.read(config::max_waits, DEFAULT.maxWaits, wrong),
                MAX_MAILBOX.read(config::max_mailbox, DEFAULT.maxMailbox, wrong),
                MAX_PROJECTION_LAG.read(config::max_projection_lag, DEFAULT.maxProjectionLag, wrong),
                SNAPSHOT_RECORDS.read(config::snapshot_records, DEFAULT.snapshotRecords, wrong),
                RETAINED_EVENTS.read(config::retained_events, DEFAULT.retainedEvents, wrong),
                Duration.ofMillis(RESTART_GRACE_MILLIS.read(
                        config::restart_grace_millis, DEFAULT.restartGrace.toMillis(), wrong)),
                config.unknown_skills_refused(),
                MAX_DEPTH.read(config::max_depth, DEFAULT.maxDepth, wrong),
                MAX_CHILDREN.read(config::max_children, DEFAULT.maxChildren, wrong),
                MAX_CYCLES.read(config::max_cycles, DEFAULT.maxCycles, wrong),
                FairnessLimits.of(config, wrong),
                RoutingLimits.of(config, wrong),
                CheckpointLimits.of(config, wrong),
                SleepLimits.of(config, wrong),
                PayloadLimits.of(config, wrong),
                PluginLimits.of(config, wrong),
                TRACED_PERMILLE.read(config::traced_permille, DEFAULT.tracedPermille, wrong),
                isAuthRequired(config, wrong));
    }

    /** What is no word for it counts as required, so that a slip of the pen opens nothing. */
    private static boolean isAuthRequired(CoreConfig config, List<String> wrong) {
        String auth = config.auth();
        if (!auth.equals("local") && !auth.equals(REQUIRED)) {
            wrong.add(AUTH + " must be local or required, not \"" + auth + "\", so required stands, not the default");
        }
        return !auth.equals("local");
    }

    /** The properties in which {@code next} differs, each with its value there; empty if in none. */
    String changesTo(CoreSettings next) {
        Map<String, Object> before = properties();
        return next.properties().entrySet().stream()
                .filter(property -> !property.getValue().equals(before.get(property.getKey())))
                .map(property -> property.getKey() + " = " + property.getValue())
                .collect(Collectors.joining(", "));
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put(MAX_LIVE_TASKS.property(), maxLiveTasks);
        properties.put(MAX_PAYLOAD_CHARS.property(), maxPayloadChars);
        properties.put(RETAINED_TASKS.property(), retainedTasks);
        properties.put(HISTORY_DAYS.property(), history.toDays());
        properties.put(MAX_AGENTS.property(), maxAgents);
        properties.put(MAX_WAITS.property(), maxWaits);
        properties.put(MAX_MAILBOX.property(), maxMailbox);
        properties.put(MAX_PROJECTION_LAG.property(), maxProjectionLag);
        properties.put(SNAPSHOT_RECORDS.property(), snapshotRecords);
        properties.put(RETAINED_EVENTS.property(), retainedEvents);
        properties.put(RESTART_GRACE_MILLIS.property(), restartGrace.toMillis());
        properties.put("unknown.skills.refused", rejectUnknownSkills);
        properties.put(MAX_DEPTH.property(), maxDepth);
        properties.put(MAX_CHILDREN.property(), maxChildren);
        properties.put(MAX_CYCLES.property(), maxCycles);
        FairnessLimits.properties(fairness, properties);
        RoutingLimits.properties(routing, properties);
        CheckpointLimits.properties(checkpoints, properties);
        SleepLimits.properties(sleep, properties);
        PayloadLimits.properties(payloads, properties);
        PluginLimits.properties(plugins, properties);
        properties.put(TRACED_PERMILLE.property(), tracedPermille);
        properties.put(AUTH, authRequired ? REQUIRED : "local");
        return properties;
    }
}
