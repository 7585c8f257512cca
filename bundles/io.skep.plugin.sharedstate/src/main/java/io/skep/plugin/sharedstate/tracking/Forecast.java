// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.tracking;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * When the unfinished tasks of a tree may have ended, if each waits for those that it depends on and then takes as long as
 * tasks of its skills took. The interval comes from drawing all of that {@value #DRAWS} times (Monte Carlo, as R. Van Slyke
 * proposed for networks of activities in 1963: the sum along the longest path alone, as PERT has it, is too early wherever
 * paths meet). The draws of a tree are the same each time. Immutable.
 */
final class Forecast {
    private static final int DRAWS = 200;

    private final Durations durations;
    private final long now;
    /** Unfinished, each after those that it depends on. */
    private final List<Node> order;

    private final Map<String, Node> unfinished = new HashMap<>();

    /**
     * In how long everything may have ended, in milliseconds from now.
     *
     * @param least with 5 % as soon as that
     * @param likely with half
     * @param most with 95 %
     * @param samples the least number of completed tasks that a task's expectation rests on
     */
    record Interval(long least, long likely, long most, int samples) {}

    /** A task on the longest path, and in how many milliseconds it is expected to end from when it can go on. */
    record Step(Node node, long expectedMillis) {}

    Forecast(Tree.View tree, Durations durations, long now) {
        this.durations = durations;
        this.now = now;
        for (Node node : tree.nodes()) {
            if (!node.state().isTerminal()) {
                unfinished.put(node.id(), node);
            }
        }
        this.order = order(tree.nodes());
    }

    private List<Node> order(List<Node> nodes) {
        Map<String, Integer> open = new HashMap<>();
        Map<String, List<Node>> dependents = new HashMap<>();
        Deque<Node> ready = new ArrayDeque<>();
        for (Node node : nodes) {
            if (!unfinished.containsKey(node.id())) {
                continue;
            }
            List<String> before =
                    node.dependsOn().stream().filter(unfinished::containsKey).toList();
            before.forEach(
                    id -> dependents.computeIfAbsent(id, i -> new ArrayList<>()).add(node));
            open.put(node.id(), before.size());
            if (before.isEmpty()) {
                ready.add(node);
            }
        }
        List<Node> sorted = new ArrayList<>();
        for (Node node = ready.poll(); node != null; node = ready.poll()) {
            sorted.add(node);
            for (Node next : dependents.getOrDefault(node.id(), List.of())) {
                if (open.merge(next.id(), -1, Integer::sum) == 0) {
                    ready.add(next);
                }
            }
        }
        return sorted;
    }

    /** The interval, or null if no task has ever completed. */
    @Nullable
    Interval interval(String root) {
        if (durations.isEmpty() || order.isEmpty()) {
            return null;
        }
        Random random = new Random(root.hashCode());
        long[] ends = new long[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            Map<String, Long> finished = new HashMap<>();
            ends[draw] =
                    run(node -> durations.draw(node.skills(), node.begunAt() > 0, elapsed(node), random), finished);
        }
        Arrays.sort(ends);
        int samples = order.stream()
                .mapToInt(node -> durations.samples(node.skills()))
                .min()
                .orElse(0);
        return new Interval(ends[DRAWS / 20], ends[DRAWS / 2], ends[DRAWS - 1 - DRAWS / 20], samples);
    }

    /** The longest path through what is unfinished, first task first. */
    List<Step> criticalPath() {
        Map<String, Long> finished = new HashMap<>();
        run(this::expected, finished);
        Node last = null;
        for (Node node : order) {
            if (last == null || at(finished, node) > at(finished, last)) {
                last = node;
            }
        }
        List<Step> path = new ArrayList<>();
        while (last != null) {
            path.add(new Step(last, expected(last)));
            last = latest(last, finished);
        }
        Collections.reverse(path);
        return path;
    }

    private @Nullable Node latest(Node node, Map<String, Long> finished) {
        Node latest = null;
        for (String id : node.dependsOn()) {
            Node before = unfinished.get(id);
            if (before != null && (latest == null || at(finished, before) > at(finished, latest))) {
                latest = before;
            }
        }
        return latest;
    }

    private static long at(Map<String, Long> finished, Node node) {
        return finished.getOrDefault(node.id(), 0L);
    }

    private long expected(Node node) {
        return durations.expected(node.skills(), node.begunAt() > 0, elapsed(node));
    }

    private long elapsed(Node node) {
        long since = node.begunAt() > 0 ? node.begunAt() : node.readySince();
        return since == 0 ? 0 : Math.max(0, now - since);
    }

    /** Lets each task take so long after those before it; when the last one ends. */
    private long run(ToLongFunction<Node> takes, Map<String, Long> finished) {
        long end = 0;
        for (Node node : order) {
            long start = 0;
            for (String id : node.dependsOn()) {
                start = Math.max(start, finished.getOrDefault(id, 0L));
            }
            long done = start + takes.applyAsLong(node);
            finished.put(node.id(), done);
            end = Math.max(end, done);
        }
        return end;
    }
}
