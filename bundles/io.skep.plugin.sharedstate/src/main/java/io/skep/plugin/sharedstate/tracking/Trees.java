// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.tracking;

import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The trees that are tracked, a bounded number of bounded size. When there are too many, or their tasks are, the one that
 * ended longest ago gives way; where none has ended, what is new is counted and not tracked. Thread-safe.
 */
final class Trees {
    private final int most;
    private final int mostTasks;
    private final int mostInAll;
    private final Map<String, Tree> byRoot = new LinkedHashMap<>();
    private final Map<String, Tree> byTask = new HashMap<>();
    private final Set<String> changed = new HashSet<>();
    private final Set<String> gone = new HashSet<>();
    private long untracked;

    /**
     * With limits.
     *
     * @param most trees
     * @param mostTasks of one tree
     * @param mostInAll tasks of all trees together
     */
    Trees(int most, int mostTasks, int mostInAll) {
        this.most = most;
        this.mostTasks = mostTasks;
        this.mostInAll = mostInAll;
    }

    synchronized boolean knows(String task) {
        return byTask.containsKey(task);
    }

    /** An event of a task that is known. */
    synchronized void became(String task, TaskState state, long at, @Nullable String agent, String cause) {
        Tree tree = byTask.get(task);
        Node node = tree == null ? null : tree.node(task);
        if (tree != null && node != null) {
            tree.put(node.became(state, at, agent, cause));
            changed.add(tree.root());
        }
    }

    /**
     * A task with a parent came to be known.
     *
     * @param line its ancestors, the root first, and itself as the last
     */
    synchronized void add(List<Task> line) {
        Task top = line.get(0);
        Tree tree = byRoot.get(top.id());
        if (tree == null) {
            if (!makeRoom(byRoot.size() >= most, null)) {
                untracked++;
                return;
            }
            tree = new Tree(top.id(), top.spec().tenant(), top.spec().owner());
            byRoot.put(top.id(), tree);
        }
        for (Task task : line) {
            if (tree.node(task.id()) == null) {
                put(tree, Node.of(task));
            }
        }
    }

    private void put(Tree tree, Node node) {
        changed.add(tree.root());
        if (tree.size() >= mostTasks || !makeRoom(byTask.size() >= mostInAll, tree)) {
            tree.miss(1);
            return;
        }
        tree.put(node);
        byTask.put(node.id(), tree);
    }

    /** Drops the tree that ended longest ago, if one has to go; false if none can. */
    private boolean makeRoom(boolean needed, @Nullable Tree but) {
        if (!needed) {
            return true;
        }
        Optional<Tree> oldest = byRoot.values().stream()
                .filter(tree -> tree != but && tree.hasEnded())
                .min(Comparator.comparingLong(Tree::changedAt));
        oldest.ifPresent(this::drop);
        return oldest.isPresent();
    }

    private void drop(Tree tree) {
        byRoot.remove(tree.root());
        tree.nodes().forEach(node -> byTask.remove(node.id()));
        changed.remove(tree.root());
        gone.add(tree.root());
    }

    /** The tree that the task is in. */
    synchronized Optional<Tree.View> find(String task) {
        return Optional.ofNullable(byTask.get(task)).map(Tree::view);
    }

    /** Every tree, older ones first. */
    synchronized List<Tree.View> all() {
        return byRoot.values().stream().map(Tree::view).toList();
    }

    /** How many trees are not tracked for want of room. */
    synchronized long untracked() {
        return untracked;
    }

    synchronized int size() {
        return byRoot.size();
    }

    /** The ids of all tasks that have not ended. */
    synchronized List<String> live() {
        List<String> live = new ArrayList<>();
        byRoot.values()
                .forEach(tree -> tree.nodes().stream()
                        .filter(node -> !node.state().isTerminal())
                        .forEach(node -> live.add(node.id())));
        return live;
    }

    /** A task that is known was looked at anew. */
    synchronized void replace(Task task) {
        Tree tree = byTask.get(task.id());
        if (tree != null) {
            tree.put(Node.of(task));
            changed.add(tree.root());
        }
    }

    /** Takes over a tree that was kept. */
    synchronized void restore(Tree.View view) {
        Tree tree = new Tree(view.root(), view.tenant(), view.owner());
        if (byRoot.size() >= most || byTask.size() + view.nodes().size() > mostInAll) {
            gone.add(view.root());
            return;
        }
        byRoot.put(view.root(), tree);
        view.nodes().forEach(node -> {
            tree.put(node);
            byTask.put(node.id(), tree);
        });
        tree.miss(view.missing());
    }

    /** The trees that changed since this was asked last, at most so many; the others stay for the next time. */
    synchronized List<Tree.View> takeChanged(int limit) {
        List<Tree.View> taken = new ArrayList<>();
        for (String root : List.copyOf(changed)) {
            if (taken.size() == limit) {
                break;
            }
            changed.remove(root);
            Tree tree = byRoot.get(root);
            if (tree != null) {
                taken.add(tree.view());
            }
        }
        return taken;
    }

    /** Whether {@link #takeChanged} has more. */
    synchronized boolean hasChanged() {
        return !changed.isEmpty() || !gone.isEmpty();
    }

    /** All trees are to be kept anew. */
    synchronized void changedAll() {
        changed.addAll(byRoot.keySet());
    }

    /** The roots of trees that were dropped since this was asked last. */
    synchronized Set<String> takeGone() {
        Set<String> taken = new HashSet<>(gone);
        taken.removeAll(byRoot.keySet());
        gone.clear();
        return taken;
    }
}
