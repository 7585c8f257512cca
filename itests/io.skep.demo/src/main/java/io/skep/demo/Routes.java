// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which agents the tasks came to, none of which names a skill.
 *
 * @param tasks how many there are
 * @param atOnce how many came to an agent that is meant for them at their first attempt
 * @param example one of these, and why it went there
 * @param later those that came to one after another had failed, one sentence each
 * @param wrong those that never did, or by chance, one sentence each
 */
record Routes(int tasks, int atOnce, String example, List<String> later, List<String> wrong) implements Part {
    /** A share of the tasks, in percent, that must come to the right agent at once: the agents' texts are all there is. */
    private static final int LEAST_PERCENT = 85;

    Routes {
        later = List.copyOf(later);
        wrong = List.copyOf(wrong);
    }

    static Routes of(List<TaskView> tasks) throws IOException {
        Map<String, List<String>> meant = Plan.meantFor();
        int atOnce = 0;
        String example = "";
        List<String> later = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (TaskView task : tasks) {
            List<String> right = meant.getOrDefault(task.name(), List.of());
            String first = task.attempt(0).path("agent").asText("nobody");
            JsonNode selection = task.json().path("selection");
            if (!right.contains(task.agent()) || !selection.hasNonNull("agent")) {
                wrong.add("task " + task.name() + " came to " + task.agent() + ": " + reason(selection));
            } else if (!right.contains(first)) {
                later.add(task.name() + " went to " + first + " first");
            } else {
                atOnce++;
                example = example.isEmpty() ? task.name() + " to " + task.agent() + ", " + reason(selection) : example;
            }
        }
        return new Routes(tasks.size(), atOnce, example, later, wrong);
    }

    private static String reason(JsonNode selection) {
        return selection.path("reasons").path(0).asText("it was not compared with the agents");
    }

    @Override
    public List<String> problems() {
        List<String> problems = new ArrayList<>(wrong);
        if (atOnce * 100 < LEAST_PERCENT * tasks) {
            problems.add("only " + atOnce + " of " + tasks + " tasks reached the right agent at once: " + later);
        }
        return problems;
    }

    @Override
    public String line() {
        return "routing: no task names a skill, and " + atOnce + " of " + tasks
                + " reached the agent meant for them at once" + (later.isEmpty() ? "" : "; " + String.join(", ", later))
                + " (" + example + ")";
    }
}
