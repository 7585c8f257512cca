// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import io.skep.plugin.base.Declination;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Which step waits for which. Immutable. */
final class Graph {
    private final Map<String, StepSpec> steps = new LinkedHashMap<>();

    /**
     * Over steps.
     *
     * @throws Declination if two have one id, one waits for a step that is not there, or some wait in a circle
     */
    Graph(List<StepSpec> all) {
        for (StepSpec step : all) {
            if (steps.put(step.called(), step) != null) {
                throw new Declination("there are two steps " + step.called());
            }
        }
        for (StepSpec step : all) {
            for (String before : step.after()) {
                if (!steps.containsKey(before)) {
                    throw new Declination("step " + step.called() + ": field \"dependsOn\" names the step "
                            + before.replaceAll("[^A-Za-z0-9_-]", "?") + ", which is not there");
                }
            }
        }
        refuseCircles();
    }

    private void refuseCircles() {
        Set<String> open = new TreeSet<>(steps.keySet());
        while (open.removeIf(id -> step(id).after().stream().noneMatch(open::contains))) {
            // Whatever waits for nothing that is open is closed, until nothing is left or nothing moves.
        }
        if (!open.isEmpty()) {
            throw new Declination("field \"dependsOn\": steps wait for each other in a circle, "
                    + String.join(", ", open.stream().limit(10).toList()) + " among them or behind it");
        }
    }

    private StepSpec step(String id) {
        return Objects.requireNonNull(steps.get(id));
    }

    /** All steps that end before one begins. */
    Set<String> before(String id) {
        Set<String> before = new HashSet<>();
        Deque<String> next = new ArrayDeque<>(step(id).after());
        while (!next.isEmpty()) {
            String one = next.pop();
            if (before.add(one)) {
                next.addAll(step(one).after());
            }
        }
        return before;
    }

    /** These steps and all that wait for one of them, directly or not. */
    Set<String> withAllBehind(Set<String> ids) {
        Set<String> behind = new HashSet<>(ids);
        boolean more = true;
        while (more) {
            more = false;
            for (StepSpec step : steps.values()) {
                more |= step.after().stream().anyMatch(behind::contains) && behind.add(step.called());
            }
        }
        return behind;
    }
}
