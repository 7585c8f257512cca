// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.api.plugin.Orchestrator;
import io.skep.api.store.LogStore;
import io.skep.core.engine.Engine;
import io.skep.core.plugin.Generation;
import io.skep.core.plugin.PluginRegistry;
import io.skep.core.plugin.PluginSettings;
import io.skep.testkit.InMemoryProjection;
import java.io.IOException;

/** A running server whose parts are open to tests of other packages. */
public final class OpenSkep implements AutoCloseable {
    private final Skep skep;

    /** Over a log. */
    public OpenSkep(LogStore log, PluginSettings plugins) throws IOException {
        CoreSettings d = CoreSettings.DEFAULT;
        skep = new Skep(
                log,
                new InMemoryProjection(log.shards()),
                new CoreSettings(
                        d.maxLiveTasks(),
                        d.maxPayloadChars(),
                        d.retainedTasks(),
                        d.history(),
                        d.maxAgents(),
                        d.maxWaits(),
                        d.maxMailbox(),
                        d.maxProjectionLag(),
                        d.snapshotRecords(),
                        d.retainedEvents(),
                        d.restartGrace(),
                        d.rejectUnknownSkills(),
                        d.maxDepth(),
                        d.maxChildren(),
                        d.maxCycles(),
                        d.fairness(),
                        d.routing(),
                        d.checkpoints(),
                        d.sleep(),
                        d.payloads(),
                        plugins,
                        d.tracedPermille(),
                        false));
    }

    /** What callers see. */
    public Orchestrator orchestrator() {
        return skep;
    }

    /** What decides. */
    public Engine engine() {
        return skep.engine();
    }

    /** The plugins. */
    public PluginRegistry registry() {
        return skep.registry();
    }

    /** What a generation is given. */
    public Orchestrator orchestratorOf(Generation generation) {
        return skep.orchestratorOf(generation);
    }

    @Override
    public void close() {
        skep.close();
    }
}
