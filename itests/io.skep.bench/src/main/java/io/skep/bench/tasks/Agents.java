// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.SkepClient;
import java.io.IOException;

/** Registers agents for measurements. */
final class Agents {
    private Agents() {}

    /** Registers an agent with one skill, or again, and returns its secret. */
    static String register(SkepClient admin, String id, int slots, String skill)
            throws IOException, InterruptedException {
        ObjectNode agent = SkepClient.object().put("id", id).put("slots", slots);
        agent.putArray("skills").add(skill);
        return admin.putAgent(id, agent).path("secret").asText();
    }
}
