// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.tracking;

import io.skep.api.task.TaskService;
import io.skep.plugin.sharedstate.tracking.Answers.Blocked;
import io.skep.plugin.sharedstate.tracking.Answers.Blocker;
import io.skep.plugin.sharedstate.tracking.Answers.Waiting;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Who waits for whom in one tree, at one moment. For one call. */
final class Blocking {
    private static final int MOST_WAITING = 100;
    private static final int MOST_BLOCKERS = 10;

    private final Tree.View tree;
    private final TaskService tasks;
    private final Map<String, Node> unfinished = new HashMap<>();
    private final Map<String, List<Node>> dependents = new HashMap<>();

    Blocking(Tree.View tree, TaskService tasks) {
        this.tree = tree;
        this.tasks = tasks;
        tree.nodes().stream()
                .filter(node -> !node.state().isTerminal())
                .forEach(node -> unfinished.put(node.id(), node));
        unfinished
                .values()
                .forEach(node -> waitsFor(node)
                        .forEach(id -> dependents
                                .computeIfAbsent(id, i -> new ArrayList<>())
                                .add(node)));
    }

    private List<String> waitsFor(Node node) {
        return node.dependsOn().stream().filter(unfinished::containsKey).toList();
    }

    CompletionStage<Blocked> blocked() {
        List<Waiting> waiting = tree.nodes().stream()
                .filter(node -> unfinished.containsKey(node.id()))
                .map(node -> new Waiting(node.id(), waitsFor(node)))
                .filter(one -> !one.by().isEmpty())
                .limit(MOST_WAITING)
                .toList();
        List<CompletableFuture<Blocker>> blockers = unfinished.values().stream()
                .filter(node ->
                        dependents.containsKey(node.id()) && waitsFor(node).isEmpty())
                .sorted(Comparator.comparingInt((Node node) -> -blocks(node)).thenComparing(Node::id))
                .limit(MOST_BLOCKERS)
                .map(node -> blocker(node).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(blockers.toArray(CompletableFuture[]::new))
                .thenApply(all -> new Blocked(
                        tree.root(),
                        waiting,
                        blockers.stream().map(CompletableFuture::join).toList()));
    }

    private CompletionStage<Blocker> blocker(Node node) {
        return tasks.why(node.id())
                .thenApply(why -> new Blocker(
                        node.id(),
                        why.state().wire(),
                        node.begunAt() > 0 ? node.agent() : null,
                        blocks(node),
                        why.reasons()));
    }

    /** How many wait for it, directly or not. */
    private int blocks(Node node) {
        Set<String> seen = new HashSet<>();
        Deque<Node> next = new ArrayDeque<>(List.of(node));
        while (!next.isEmpty()) {
            for (Node one : dependents.getOrDefault(next.remove().id(), List.of())) {
                if (seen.add(one.id())) {
                    next.add(one);
                }
            }
        }
        return seen.size();
    }
}
