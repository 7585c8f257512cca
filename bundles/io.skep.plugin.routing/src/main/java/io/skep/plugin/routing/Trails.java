// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.plugin.routing.rank.Words;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which agent had which task of a tree: the tasks that were routed last, {@value #MOST} at most. Thread-safe.
 */
final class Trails {
    private static final int MOST = 10_000;
    private static final int MOST_CHILDREN = 16;
    private static final int DEPTH = 4;
    /** What a task counts against the one after it. */
    private static final double FADE = 0.6;
    /** What remains of a step that shares no word with the new task, when another step does. */
    private static final double UNRELATED = 0.5;

    private final Map<String, Step> steps = new LinkedHashMap<>();
    private final Map<String, Deque<String>> children = new LinkedHashMap<>();

    /** A task that somebody had. */
    record Step(String task, @Nullable String parent, String agent, String text) {}

    synchronized void add(Step step) {
        steps.remove(step.task());
        steps.put(step.task(), step);
        if (steps.size() > MOST) {
            steps.remove(steps.keySet().iterator().next());
        }
        if (step.parent() != null) {
            Deque<String> siblings = children.computeIfAbsent(step.parent(), absent -> new ArrayDeque<>());
            siblings.remove(step.task());
            siblings.addFirst(step.task());
            if (siblings.size() > MOST_CHILDREN) {
                siblings.removeLast();
            }
            if (children.size() > MOST) {
                children.remove(children.keySet().iterator().next());
            }
        }
    }

    /** Another agent than the one that was picked got a task: one like it, or one about as good. */
    synchronized void had(String task, String agent) {
        steps.computeIfPresent(
                task,
                (id, step) -> step.agent().equals(agent) ? step : new Step(id, step.parent(), agent, step.text()));
    }

    synchronized boolean knows(String task) {
        return steps.containsKey(task);
    }

    /**
     * How much each agent's earlier work in the tree comes into question as what a task points to, 0 to 1: newest first,
     * what shares words with it before what shares none.
     */
    synchronized Map<String, Double> before(String text, @Nullable String parent) {
        List<Step> found = above(parent);
        Set<String> words = Words.of(text);
        boolean named = found.stream().anyMatch(step -> isNamed(step, words));
        Map<String, Double> weights = new HashMap<>();
        double fresh = 1;
        for (Step step : found) {
            double weight = isNamed(step, words) ? 1 : named ? fresh * UNRELATED : fresh;
            weights.merge(step.agent(), weight, Math::max);
            fresh *= FADE;
        }
        return weights;
    }

    /** The tasks beside and above, the newest first. */
    private List<Step> above(@Nullable String parent) {
        List<Step> found = new ArrayList<>();
        String at = parent;
        for (int depth = 0; at != null && depth < DEPTH; depth++) {
            for (String child : children.getOrDefault(at, new ArrayDeque<>())) {
                addKnown(found, child);
            }
            addKnown(found, at);
            Step step = steps.get(at);
            at = step == null ? null : step.parent();
        }
        return found;
    }

    private void addKnown(List<Step> found, String task) {
        Step step = steps.get(task);
        if (step != null) {
            found.add(step);
        }
    }

    private static boolean isNamed(Step step, Set<String> words) {
        return Words.of(step.text()).stream().anyMatch(words::contains);
    }
}
