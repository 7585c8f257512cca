// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.Refusal;
import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import io.skep.core.state.Ids;
import io.skep.core.state.Shard;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All shards. Replaced as a whole when it has to be read anew from the log; readers of other threads take the reference
 * once. See {@link Shard} for who may do what.
 */
public final class State {
    private final List<Shard> shards;

    State(List<Shard> shards) {
        this.shards = List.copyOf(shards);
    }

    /** Every shard, by number. */
    public List<Shard> shards() {
        return shards;
    }

    /** The task of that id, if there is one in memory. */
    public @Nullable Task find(String id) {
        return Ids.isTaskId(id, shards.size()) ? shardOfTask(id).task(id) : null;
    }

    /**
     * The task of that id.
     *
     * @throws Refusal if there is none in memory
     */
    public Task task(String id) {
        Task task = find(id);
        if (task == null) {
            throw Refusal.of(Refusal.Reason.NOT_FOUND, "there is no task " + id);
        }
        return task;
    }

    /** The task of that idempotency key, if there is one in memory: in its own shard or, for a child, its parent's. */
    public @Nullable Task byKey(String tenant, String key) {
        for (Shard shard : shards) {
            Task task = shard.taskByKey(tenant, key);
            if (task != null) {
                return task;
            }
        }
        return null;
    }

    /** When the attempts under way at these tasks were assigned. */
    public List<Instant> assignedAt(Collection<String> tasks) {
        return tasks.stream()
                .map(this::find)
                .filter(Objects::nonNull)
                .flatMap(task -> task.currentAttempt().stream())
                .map(Attempt::assignedAt)
                .toList();
    }

    /** The shard of a new task with that idempotency key. */
    public int shardOfKey(String tenant, String key) {
        return Shard.of(tenant + '/' + key, shards.size());
    }

    /** The shard of an agent. */
    public Shard shardOfAgent(String id) {
        return shards.get(Shard.of(id, shards.size()));
    }

    /** The shard of a plugin, of its documents, and of notes about that subject. */
    public Shard shardOfPlugin(String name) {
        return shards.get(Shard.of("plugin/" + name, shards.size()));
    }

    /** The shard of what a plugin says of a subject: a task's own, else the plugin's. */
    Shard shardOfNotice(String plugin, String subject) {
        return Ids.isTaskId(subject, shards.size()) ? shardOfTask(subject) : shardOfPlugin(plugin);
    }

    /** How many tasks have not ended. */
    public int liveCount() {
        return shards.stream().mapToInt(Shard::liveCount).sum();
    }

    /** The length of all inputs and results in memory, in characters. */
    public long payloadChars() {
        return shards.stream().mapToLong(Shard::payloadChars).sum();
    }

    Shard shardOfTask(String id) {
        return shards.get(Integer.parseInt(id, 0, 2, 16));
    }
}
