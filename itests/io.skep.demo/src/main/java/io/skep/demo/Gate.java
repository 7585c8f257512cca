// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.CapabilityCall;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;

/** A quality gate that one task passes only at its second try, when its program knows what was wanting. */
final class Gate {
    /** The task; its first answer has one figure. */
    static final String TASK = "documents";

    private static final String NAME = "two-figures";
    private static final int LEAST_FIGURES = 2;

    private Gate() {}

    /**
     * What came of it.
     *
     * @param sentBack how many results of the task were sent back
     * @param feedback why
     * @param figures how many the result has that was accepted
     */
    record Result(int sentBack, String feedback, int figures) implements Part {
        static Result of(List<TaskView> tasks) {
            JsonNode task = tasks.stream()
                    .filter(view -> view.name().equals(TASK))
                    .findFirst()
                    .map(TaskView::json)
                    .orElseThrow();
            List<String> feedback = StreamSupport.stream(
                            task.path("review").path("feedback").spliterator(), false)
                    .map(JsonNode::asText)
                    .toList();
            return new Result(
                    task.path("review").path("sentBack").asInt(),
                    String.join("; ", feedback),
                    task.path("result").path("figures").size());
        }

        @Override
        public List<String> problems() {
            return sentBack == 1 && figures >= LEAST_FIGURES
                    ? List.of()
                    : List.of("of task " + TASK + " " + sentBack + " results were sent back, and the last one has "
                            + figures + " figures");
        }

        @Override
        public String line() {
            return "gate: the first result of " + TASK + " was sent back (" + feedback + "), the second passed";
        }
    }

    /** Makes the gate; core puts the task through it from now on. */
    static void define(SkepClient admin) throws IOException, InterruptedException {
        ObjectNode gate = SkepClient.object()
                .put("name", NAME)
                .put("description", "an answer with at least two figures")
                .put("namePattern", "^" + TASK + "$");
        ObjectNode check =
                gate.putArray("checks").addObject().put("name", "figures").put("kind", "schema");
        check.putObject("schema").putObject("properties").putObject("figures").put("minItems", LEAST_FIGURES);
        var answer = admin.call(CapabilityCall.of("quality_gates", gate).operation("define"));
        if (!answer.isAnswered()) {
            throw new IOException("The gate could not be defined: " + answer);
        }
    }
}
