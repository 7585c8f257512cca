// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.api.admin.Figures;
import io.skep.api.admin.Server;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.core.engine.Engine;
import io.skep.core.service.Attempts;
import io.skep.core.state.Shard;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The server itself, as operators see it. */
final class ServerView implements Server {
    private final Engine engine;
    private final Attempts attempts;
    private final String version;
    private final Supplier<List<String>> missing;

    ServerView(Engine engine, Attempts attempts, String version, Supplier<List<String>> missing) {
        this.engine = engine;
        this.attempts = attempts;
        this.version = version;
        this.missing = missing;
    }

    @Override
    public List<String> notReady() {
        String trouble = engine.trouble();
        return trouble == null ? missing.get() : List.of("the store refuses changes: " + trouble);
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public Figures figures() {
        Map<TaskState, Integer> counts = new EnumMap<>(TaskState.class);
        for (TaskState state : TaskState.values()) {
            counts.put(state, 0);
        }
        for (Shard shard : engine.state().shards()) {
            for (Task task : shard.tasks()) {
                counts.merge(task.state(), 1, Integer::sum);
            }
        }
        return new Figures(
                counts,
                engine.agents().size(),
                engine.records(),
                engine.commits(),
                engine.projectionLag(),
                attempts.waitingClaims());
    }
}
