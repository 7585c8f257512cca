// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.SkepClient;
import java.io.IOException;

/** Quality gates that the tasks of a benchmark go through. */
public final class Gates {
    /** A word in the cause of a task that was passed over because nobody gave an answer. */
    public static final String UNCHECKED = "unchecked";

    private Gates() {}

    /**
     * Makes a gate, in force for the next task.
     *
     * @param stage before or after
     * @param skill that the tasks name
     * @param check as a gate has it
     */
    public static void define(SkepClient admin, String name, String stage, String skill, ObjectNode check)
            throws IOException, InterruptedException {
        ObjectNode gate = SkepClient.object().put("name", name).put("stage", stage);
        gate.putArray("skills").add(skill);
        gate.putArray("checks").add(check);
        CapabilityAnswer answer =
                admin.call(CapabilityCall.of("quality_gates", gate).operation("define"));
        if (!answer.isAnswered()) {
            throw new IOException("The gate " + name + " could not be defined: " + answer);
        }
    }

    /** A number that must be at least 1. */
    public static ObjectNode atLeastOne(String pointer) {
        return SkepClient.object()
                .put("kind", "threshold")
                .put("pointer", pointer)
                .put("min", 1);
    }
}
