// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.store.Projection;
import io.skep.api.store.StoreException;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.core.codec.TaskCodec;
import io.skep.core.engine.State;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ended tasks that are no longer in memory, read from the projection for one request. A task leaves memory only when the
 * projection has it, so that who looks in memory first and here second, or the other way round, finds it. Immutable.
 */
record Forgotten(Map<String, Task> ids, Map<String, Task> keys) {
    static final Forgotten NOTHING = new Forgotten(Map.of(), Map.of());

    /** Whether a submission may refer to something that is not in memory. */
    static boolean isNeeded(State state, List<TaskSpec> specs) {
        for (TaskSpec spec : specs) {
            if (spec.idempotencyKey() != null || spec.dependsOn().stream().anyMatch(id -> state.find(id) == null)) {
                return true;
            }
        }
        return false;
    }

    /** Reads what a submission refers to; blocks. */
    static Forgotten read(State state, Projection projection, List<TaskSpec> specs) {
        Map<String, Task> ids = new HashMap<>();
        Map<String, Task> keys = new HashMap<>();
        for (TaskSpec spec : specs) {
            String key = spec.idempotencyKey();
            if (key != null) {
                byKey(state, projection, spec.tenant(), key).ifPresent(task -> keys.put(key(spec.tenant(), key), task));
            }
            for (String id : spec.dependsOn()) {
                if (state.find(id) == null) {
                    projection.task(id).ifPresent(body -> ids.put(id, decode(body)));
                }
            }
        }
        return new Forgotten(ids, keys);
    }

    /** One in memory is kept too: it may be forgotten before the submission is decided. */
    private static Optional<Task> byKey(State state, Projection projection, String tenant, String key) {
        Task inMemory = state.byKey(tenant, key);
        return inMemory != null
                ? Optional.of(inMemory)
                : projection.taskByKey(tenant, key).map(Forgotten::decode);
    }

    static Task decode(byte[] body) {
        try {
            return TaskCodec.decode(body);
        } catch (IOException unreadable) {
            throw new StoreException("a task in the projection cannot be read", unreadable);
        }
    }

    @Nullable
    Task byId(String id) {
        return ids.get(id);
    }

    @Nullable
    Task byKey(String tenant, String key) {
        return keys.get(key(tenant, key));
    }

    private static String key(String tenant, String key) {
        return tenant + '/' + key;
    }
}
