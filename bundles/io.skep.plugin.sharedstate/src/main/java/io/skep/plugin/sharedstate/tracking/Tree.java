// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.tracking;

import io.skep.api.task.TaskState;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A root task with its descendants, and how many of them are in which state. Guarded by {@link Trees}. */
final class Tree {
    private final String root;
    private final String tenant;
    private final @Nullable String owner;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<TaskState, Integer> counts = new EnumMap<>(TaskState.class);
    private int missing;
    private long changedAt;

    /**
     * A tree as it was at one moment. Immutable.
     *
     * @param owner of the root task, or null
     * @param counts how many tasks are in which state; a state of none is absent
     * @param nodes the tasks, older ones first
     * @param missing how many tasks are not tracked, being too many
     */
    record View(
            String root,
            String tenant,
            @Nullable String owner,
            Map<TaskState, Integer> counts,
            List<Node> nodes,
            int missing) {}

    Tree(String root, String tenant, @Nullable String owner) {
        this.root = root;
        this.tenant = tenant;
        this.owner = owner;
    }

    String root() {
        return root;
    }

    int size() {
        return nodes.size();
    }

    int missing() {
        return missing;
    }

    /** When something of it changed last, in milliseconds since 1970. */
    long changedAt() {
        return changedAt;
    }

    @Nullable
    Node node(String id) {
        return nodes.get(id);
    }

    Collection<Node> nodes() {
        return nodes.values();
    }

    /** A task is new, or is something else now. */
    void put(Node node) {
        Node before = nodes.put(node.id(), node);
        if (before != null) {
            count(before.state(), -1);
        }
        count(node.state(), 1);
        changedAt = Math.max(changedAt, node.since());
    }

    /** One more is not tracked. */
    void miss(int more) {
        missing += more;
    }

    private void count(TaskState state, int more) {
        counts.compute(state, (s, n) -> {
            int count = (n == null ? 0 : n) + more;
            return count == 0 ? null : count;
        });
    }

    /** Whether every task has ended. */
    boolean hasEnded() {
        return counts.keySet().stream().allMatch(TaskState::isTerminal);
    }

    View view() {
        return new View(root, tenant, owner, new EnumMap<>(counts), List.copyOf(nodes.values()), missing);
    }
}
