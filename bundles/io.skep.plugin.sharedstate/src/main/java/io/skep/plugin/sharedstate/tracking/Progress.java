// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.tracking;

import io.skep.api.admin.Caller;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskState;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.sharedstate.tracking.Answers.Failure;
import io.skep.plugin.sharedstate.tracking.Answers.Part;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Says how far trees are, to those who may know. Thread-safe. */
public final class Progress {
    private static final int MOST_PARTS = 100;
    private static final int MOST_FAILURES = 20;
    private static final int MOST_TREES = 100;

    private final Tracking tracking;
    private final TaskService tasks;
    private final Clock clock;

    /** Over what is tracked. */
    public Progress(Tracking tracking, TaskService tasks, Clock clock) {
        this.tracking = tracking;
        this.tasks = tasks;
        this.clock = clock;
    }

    /** How far the task and its descendants are. */
    public CompletionStage<Answers.Progress> progress(
            Answers.About asked, @Nullable String named, @Nullable Caller by) {
        return tree(asked, named, by).thenApply(found -> progress(found.task(), found.tree()));
    }

    /** Who waits for whom in the task's tree. */
    public CompletionStage<Answers.Blocked> blocked(Answers.About asked, @Nullable String named, @Nullable Caller by) {
        return tree(asked, named, by).thenCompose(found -> new Blocking(found.tree(), tasks).blocked());
    }

    /** What decides when the task's tree ends. */
    public CompletionStage<Answers.CriticalPath> criticalPath(
            Answers.About asked, @Nullable String named, @Nullable Caller by) {
        return tree(asked, named, by).thenApply(found -> {
            List<Answers.Step> steps = forecast(found.tree()).criticalPath().stream()
                    .map(step -> new Answers.Step(
                            step.node().id(),
                            step.node().state().wire(),
                            step.node().begunAt() > 0 ? step.node().agent() : null,
                            step.expectedMillis()))
                    .toList();
            long sum = steps.stream().mapToLong(Answers.Step::expectedMillis).sum();
            return new Answers.CriticalPath(found.tree().root(), sum, steps);
        });
    }

    /** Which trees there are. */
    public CompletionStage<Answers.Tracked> trees(Answers.Which asked, @Nullable Caller by) {
        return tracking.caughtUp().thenApply(caughtUp -> {
            List<Tree.View> all = tracking.trees().all().stream()
                    .filter(tree -> mayKnow(by, tree.tenant(), tree.owner()))
                    .toList();
            int limit = Objects.requireNonNullElse(asked.limit(), MOST_TREES);
            List<Answers.Line> lines = all.stream()
                    .skip(Math.max(0, all.size() - limit))
                    .map(tree -> new Answers.Line(
                            tree.root(), tree.tenant(), tree.nodes().size(), ended(tree.nodes()), failed(tree.nodes())))
                    .toList();
            return new Answers.Tracked(all.size(), tracking.trees().untracked(), lines);
        });
    }

    private record Found(String task, Tree.View tree) {}

    private CompletionStage<Found> tree(Answers.About asked, @Nullable String named, @Nullable Caller by) {
        String task = Inputs.required("task", asked.task() == null ? named : asked.task());
        return tracking.caughtUp().thenCompose(caughtUp -> {
            Tree.View tree = tracking.trees().find(task).orElse(null);
            if (tree != null) {
                if (!mayKnow(by, tree.tenant(), tree.owner())) {
                    throw unknown(task);
                }
                return CompletableFuture.completedFuture(new Found(task, tree));
            }
            return tasks.find(task)
                    .thenApply(found -> new Found(
                            task,
                            alone(found.filter(one -> mayKnow(
                                            by, one.spec().tenant(), one.spec().owner()))
                                    .orElseThrow(() -> unknown(task)))));
        });
    }

    /** A task without parent and children is no tree that is tracked, and its state says everything. */
    private Tree.View alone(Task task) {
        if (task.spec().parent() != null) {
            throw new Declination("the tree of task \"" + task.id() + "\" is not tracked: there are "
                    + tracking.trees().size() + " trees, and "
                    + tracking.trees().untracked()
                    + " are not tracked for want of room");
        }
        Tree tree = new Tree(task.id(), task.spec().tenant(), task.spec().owner());
        tree.put(Node.of(task));
        return tree.view();
    }

    private static Declination unknown(String task) {
        return new Declination("there is no task \"" + task + "\"");
    }

    private static boolean mayKnow(@Nullable Caller by, String tenant, @Nullable String owner) {
        if (by == null) {
            return true;
        }
        return by.reaches(tenant) && (!by.isOwnOnly() || by.principal().id().equals(owner));
    }

    private Forecast forecast(Tree.View tree) {
        return new Forecast(tree, tracking.durations(), clock.millis());
    }

    private Answers.Progress progress(String task, Tree.View tree) {
        Map<String, List<Node>> children = new HashMap<>();
        for (Node node : tree.nodes()) {
            if (node.parent() != null) {
                children.computeIfAbsent(node.parent(), parent -> new ArrayList<>())
                        .add(node);
            }
        }
        List<Node> own = below(task, tree, children);
        Forecast.Interval interval = forecast(tree).interval(tree.root());
        return new Answers.Progress(
                task,
                tree.root(),
                own.size(),
                ended(own),
                Math.round(1000.0 * ended(own) / own.size()) / 1000.0,
                counts(task, tree, own),
                tree.missing(),
                interval == null
                        ? null
                        : new Answers.Eta(interval.least(), interval.likely(), interval.most(), interval.samples()),
                children.getOrDefault(task, List.of()).stream()
                        .limit(MOST_PARTS)
                        .map(child -> part(child, below(child.id(), tree, children)))
                        .toList(),
                failures(own));
    }

    private static Part part(Node node, List<Node> all) {
        return new Part(node.id(), node.state().wire(), all.size(), ended(all), failed(all));
    }

    /** Of the whole tree they are known already. */
    private static Map<String, Integer> counts(String task, Tree.View tree, List<Node> own) {
        Map<String, Integer> counts = new TreeMap<>();
        if (task.equals(tree.root())) {
            tree.counts().forEach((state, count) -> counts.put(state.wire(), count));
        } else {
            own.forEach(node -> counts.merge(node.state().wire(), 1, Integer::sum));
        }
        return counts;
    }

    /** The task and its descendants. */
    private static List<Node> below(String task, Tree.View tree, Map<String, List<Node>> children) {
        if (task.equals(tree.root())) {
            return tree.nodes();
        }
        List<Node> all = new ArrayList<>(
                tree.nodes().stream().filter(node -> node.id().equals(task)).toList());
        for (int i = 0; i < all.size(); i++) {
            all.addAll(children.getOrDefault(all.get(i).id(), List.of()));
        }
        return all;
    }

    private static int ended(List<Node> nodes) {
        return (int) nodes.stream().filter(node -> node.state().isTerminal()).count();
    }

    private static boolean hasFailed(Node node) {
        return node.state().isTerminal() && node.state() != TaskState.COMPLETED;
    }

    private static int failed(List<Node> nodes) {
        return (int) nodes.stream().filter(Progress::hasFailed).count();
    }

    private static List<Failure> failures(List<Node> nodes) {
        return nodes.stream()
                .filter(Progress::hasFailed)
                .sorted(Comparator.comparingLong((Node node) -> -node.since()))
                .limit(MOST_FAILURES)
                .map(node -> new Failure(node.id(), node.state().wire(), node.cause()))
                .toList();
    }
}
