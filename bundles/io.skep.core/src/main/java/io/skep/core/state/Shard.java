// SPDX-License-Identifier: Apache-2.0
package io.skep.core.state;

import io.skep.api.agent.AgentState;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.Review;
import io.skep.api.task.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The state of one shard: the sum of its changes. Written by the engine's thread only; tasks and agents may be read by
 * any. Ended tasks stay until {@link #forget} lets them go, oldest first.
 */
public final class Shard {
    private final int number;
    private final Map<String, Task> tasks;
    private final Map<String, AgentRecord> agents = new ConcurrentHashMap<>();
    private final Map<String, PluginRecord> plugins = new ConcurrentHashMap<>();
    /** Documents by key, by plugin. */
    private final Map<String, NavigableMap<String, PluginState.Document>> documents = new ConcurrentHashMap<>();

    /** How long the documents of each plugin are together, in characters. */
    private final Map<String, Long> documentChars = new ConcurrentHashMap<>();

    private final Map<Key, String> keys = new ConcurrentHashMap<>();
    /** Ended tasks with the number of the change that ended them, oldest first. */
    private final Map<String, Long> ended = new LinkedHashMap<>();

    private long seq;
    private long payloadChars;

    private record Key(String tenant, String key) {}

    /** An empty shard, with room for so many tasks to begin with. */
    public Shard(int number, int expectedTasks) {
        this.number = number;
        this.tasks = new ConcurrentHashMap<>(expectedTasks);
    }

    /** Which of {@code shards} shards a name belongs to, for agents and idempotency keys. */
    public static int of(String name, int shards) {
        int hash = name.hashCode() * 0x9E3779B9;
        return Math.floorMod(hash ^ hash >>> 16, shards);
    }

    /** Its number. */
    public int number() {
        return number;
    }

    /** The number of the last change in it. */
    public long seq() {
        return seq;
    }

    /** The task of that id, if it has not been forgotten. */
    public @Nullable Task task(String id) {
        return tasks.get(id);
    }

    /** The agent of that id, removed ones excepted. */
    public @Nullable AgentRecord agent(String id) {
        return agents.get(id);
    }

    /** Every task that has not been forgotten. */
    public Collection<Task> tasks() {
        return tasks.values();
    }

    /** Every agent but the removed ones. */
    public Collection<AgentRecord> agents() {
        return agents.values();
    }

    /** Every plugin that was ever heard of. */
    public Collection<PluginRecord> plugins() {
        return plugins.values();
    }

    /** What is durable of a plugin, if it was ever heard of. */
    public @Nullable PluginRecord plugin(String name) {
        return plugins.get(name);
    }

    /** The documents of a plugin, by key; may change while they are looked at, as a concurrent map does. */
    public NavigableMap<String, PluginState.Document> documents(String plugin) {
        return documents.getOrDefault(plugin, Collections.emptyNavigableMap());
    }

    /** Every document of every plugin. */
    public List<StateDocument> allDocuments() {
        List<StateDocument> all = new ArrayList<>();
        documents.forEach(
                (plugin, byKey) -> byKey.forEach((key, document) -> all.add(new StateDocument(plugin, key, document))));
        return all;
    }

    /** The task with that idempotency key, if it has not been forgotten. */
    public @Nullable Task taskByKey(String tenant, String key) {
        String id = keys.get(new Key(tenant, key));
        return id == null ? null : tasks.get(id);
    }

    /** How many tasks have not ended. */
    public int liveCount() {
        return tasks.size() - ended.size();
    }

    /** The length of all inputs and results in it, in characters. */
    public long payloadChars() {
        return payloadChars;
    }

    /** Puts a change in place, as the next of this shard. */
    public void apply(Change change) {
        seq++;
        if (change.task() != null) {
            put(change.task());
        } else if (change.agent() != null) {
            put(change.agent());
        } else if (change.plugin() != null) {
            put(change.plugin());
        } else if (change.document() != null) {
            put(change.document());
        }
    }

    /** Takes over the tasks and agents of a snapshot; the tasks as {@link #orderedTasks()} gave them. */
    public void restore(long snapshotSeq, List<Task> snapshotTasks, List<AgentRecord> snapshotAgents) {
        seq = snapshotSeq;
        snapshotTasks.forEach(this::put);
        snapshotAgents.forEach(this::put);
    }

    /** Takes over a plugin of a snapshot. */
    public void put(PluginRecord plugin) {
        plugins.put(plugin.name(), plugin);
    }

    /** Takes over a document of a snapshot. */
    public void put(StateDocument document) {
        NavigableMap<String, PluginState.Document> byKey =
                documents.computeIfAbsent(document.plugin(), plugin -> new ConcurrentSkipListMap<>());
        PluginState.Document content = document.document();
        PluginState.Document before =
                content == null ? byKey.remove(document.key()) : byKey.put(document.key(), content);
        documentChars.merge(document.plugin(), length(content) - length(before), Long::sum);
    }

    /** How long the documents of a plugin are together, in characters. */
    public long documentChars(String plugin) {
        return documentChars.getOrDefault(plugin, 0L);
    }

    private static long length(PluginState.@Nullable Document document) {
        return document == null ? 0 : document.json().length();
    }

    /** Every task, ended ones first in the order in which they ended. */
    public List<Task> orderedTasks() {
        List<Task> ordered = new ArrayList<>(tasks.size());
        ended.keySet().forEach(id -> ordered.add(Objects.requireNonNull(tasks.get(id))));
        for (Task task : tasks.values()) {
            if (!task.state().isTerminal()) {
                ordered.add(task);
            }
        }
        return ordered;
    }

    /**
     * Forgets the oldest ended tasks while there are more than {@code keep} of them or more than {@code keepChars}
     * characters of payload in the shard, as far as the projection has them.
     *
     * @param projected the number of the last change that the projection contains
     * @param needed whether an ended task of that id must stay
     */
    public void forget(int keep, long keepChars, long projected, Predicate<String> needed) {
        Iterator<Map.Entry<String, Long>> oldest = ended.entrySet().iterator();
        while (oldest.hasNext() && (ended.size() > keep || payloadChars > keepChars)) {
            Map.Entry<String, Long> entry = oldest.next();
            if (entry.getValue() > projected) {
                return;
            }
            if (needed.test(entry.getKey())) {
                continue;
            }
            oldest.remove();
            Task task = Objects.requireNonNull(tasks.remove(entry.getKey()));
            payloadChars -= payloadChars(task);
            String key = task.spec().idempotencyKey();
            if (key != null) {
                keys.remove(new Key(task.spec().tenant(), key), task.id());
            }
        }
    }

    private void put(Task task) {
        Task old = tasks.put(task.id(), task);
        payloadChars += payloadChars(task) - (old == null ? 0 : payloadChars(old));
        String key = task.spec().idempotencyKey();
        if (old == null && key != null) {
            keys.put(new Key(task.spec().tenant(), key), task.id());
        }
        if (!task.state().isTerminal()) {
            if (old != null && old.state().isTerminal()) {
                ended.remove(task.id());
            }
        } else if (old == null || !old.state().isTerminal()) {
            ended.put(task.id(), seq);
        }
    }

    private void put(AgentRecord agent) {
        if (agent.state() == AgentState.REMOVED) {
            agents.remove(agent.id());
        } else {
            agents.put(agent.id(), agent);
        }
    }

    private static long payloadChars(Task task) {
        String input = task.spec().input();
        String result = task.result();
        Review review = task.review();
        long attached = review == null
                ? 0
                : review.attachments().values().stream()
                        .mapToLong(String::length)
                        .sum();
        return (input == null ? 0L : input.length()) + (result == null ? 0L : result.length()) + attached;
    }
}
