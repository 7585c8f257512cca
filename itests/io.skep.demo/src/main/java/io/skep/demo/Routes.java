// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which agents the tasks came to, none of which names a skill.
 *
 * @param tasks how many there are
 * @param right how many were done by an agent that is meant for them
 * @param example one of these, and why it went there
 * @param wrong what became of the others, one sentence each
 */
record Routes(int tasks, int right, String example, List<String> wrong) {
    Routes {
        wrong = List.copyOf(wrong);
    }

    static Routes of(List<TaskView> tasks) throws IOException {
        Map<String, List<String>> meant = Plan.meantFor();
        int right = 0;
        String example = "";
        List<String> wrong = new ArrayList<>();
        for (TaskView task : tasks) {
            JsonNode selection = task.json().path("selection");
            String agent = task.agent();
            Set<String> others = others(task, meant.getOrDefault(task.name(), List.of()));
            if (!others.isEmpty()) {
                wrong.add("task " + task.name() + " went to " + String.join(", ", others) + ": " + reason(selection));
            } else if (!selection.hasNonNull("agent")) {
                wrong.add("task " + task.name() + " came to " + agent + " by chance: " + reason(selection));
            } else {
                right++;
                example = example.isEmpty() ? task.name() + " to " + agent + ", " + reason(selection) : example;
            }
        }
        return new Routes(tasks.size(), right, example, wrong);
    }

    /** Who tried it and was not meant for it; nobody's is as bad. */
    private static Set<String> others(TaskView task, List<String> meant) {
        Set<String> tried = new TreeSet<>();
        for (int i = 0; i < task.attempts(); i++) {
            tried.add(task.attempt(i).path("agent").asText());
        }
        if (tried.isEmpty()) {
            return Set.of("nobody");
        }
        tried.removeAll(meant);
        return tried;
    }

    private static String reason(JsonNode selection) {
        return selection.path("reasons").path(0).asText("it was not compared with the agents");
    }

    String line() {
        return "routing: " + right + " of " + tasks + " tasks, none of which names a skill, reached the agent meant for"
                + " them (" + example + ")";
    }
}
