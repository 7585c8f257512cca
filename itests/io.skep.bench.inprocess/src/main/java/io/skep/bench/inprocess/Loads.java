// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import io.skep.api.plugin.Orchestrator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one load of calls that there may be at a time. Thread-safe. */
final class Loads implements AutoCloseable {
    private final Orchestrator orchestrator;
    private @Nullable CallLoad load;

    Loads(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    /** Begins a load; one that ran before ends. */
    synchronized void begin(CallLoad.Plan plan) {
        close();
        load = new CallLoad(orchestrator, plan);
        load.begin();
    }

    /** The calls that are begun from now on count for this phase. */
    synchronized void enter(String phase) {
        if (load != null) {
            load.enter(phase);
        }
    }

    /** How the newest load stands; it goes on. */
    synchronized CallLoad.State state() {
        return load == null ? new CallLoad.State(0, Map.of()) : load.state();
    }

    /** No more calls are begun. */
    @Override
    public synchronized void close() {
        if (load != null) {
            load.close();
        }
    }
}
