// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.core.dispatch.Fairness;
import io.skep.core.engine.CheckpointSettings;
import io.skep.core.engine.RoutingSettings;
import io.skep.core.engine.SleepSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Default settings with a few values changed, by the names of {@link CoreSettings}. */
public final class TestSettings {
    private final Map<String, Long> changed = new HashMap<>();
    private final Map<String, Integer> weights = new HashMap<>();
    private Set<String> mandatory = Set.of();

    /** Changes a number. */
    public TestSettings with(String name, long value) {
        changed.put(name, value);
        return this;
    }

    /** Gives a tenant a weight. */
    public TestSettings weight(String tenant, int weight) {
        weights.put(tenant, weight);
        return this;
    }

    /** Makes capabilities mandatory at checkpoints. */
    public TestSettings mandatory(String... capabilities) {
        mandatory = Set.of(capabilities);
        return this;
    }

    /** The settings. */
    public CoreSettings build() {
        CoreSettings d = CoreSettings.DEFAULT;
        CoreSettings settings = new CoreSettings(
                (int) take("maxLiveTasks", d.maxLiveTasks()),
                take("maxPayloadChars", d.maxPayloadChars()),
                (int) take("retainedTasks", d.retainedTasks()),
                Duration.ofDays(take("historyDays", d.history().toDays())),
                (int) take("maxAgents", d.maxAgents()),
                (int) take("maxWaits", d.maxWaits()),
                (int) take("maxMailbox", d.maxMailbox()),
                take("maxProjectionLag", d.maxProjectionLag()),
                (int) take("snapshotRecords", d.snapshotRecords()),
                (int) take("retainedEvents", d.retainedEvents()),
                EngineHarness.GRACE,
                take("rejectUnknownSkills", 1) == 1,
                (int) take("maxDepth", d.maxDepth()),
                (int) take("maxChildren", d.maxChildren()),
                (int) take("maxCycles", d.maxCycles()),
                fairness(d.fairness()),
                new RoutingSettings(
                        (int) take("routingCalls", d.routing().calls()),
                        (int) take("routingWaiting", d.routing().waiting()),
                        d.routing().tieOdds(),
                        d.routing().lossOdds(),
                        d.routing().patience()),
                new CheckpointSettings(
                        (int) take("checksCalls", d.checkpoints().calls()),
                        (int) take("checksRounds", d.checkpoints().rounds()),
                        (int) take("checksTries", d.checkpoints().tries()),
                        mandatory),
                sleep(d.sleep()),
                d.payloads(),
                d.plugins(),
                (int) take("tracedPermille", d.tracedPermille()),
                false);
        if (!changed.isEmpty()) {
            throw new IllegalArgumentException("no such settings: " + changed.keySet());
        }
        return settings;
    }

    private SleepSettings sleep(SleepSettings d) {
        return new SleepSettings(
                Duration.ofMillis(take("sleepPrepareMillis", d.prepare().toMillis())),
                Duration.ofMillis(take("sleepConfirmMillis", d.confirm().toMillis())),
                Duration.ofMillis(take("sleepWakeMillis", d.wake().toMillis())));
    }

    private Fairness fairness(Fairness d) {
        return new Fairness(
                Duration.ofMillis(take("ageingMillis", d.ageing().toMillis())),
                (int) take("backlogPercent", d.backlogPercent()),
                weights);
    }

    private long take(String name, long otherwise) {
        Long value = changed.remove(name);
        return value == null ? otherwise : value;
    }
}
