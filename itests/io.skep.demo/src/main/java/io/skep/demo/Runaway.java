// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.Poll;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * An agent that makes two tasks of every one and never ends: the budget of the first stops them all. The agent claims
 * over HTTP, as a remote one would.
 */
final class Runaway {
    private static final String SKILL = "divide";
    private static final String DESCRIPTION = "Divide yourself without end";
    private static final int SLOTS = 1000;
    private static final int MAX_DESCENDANTS = 30;
    private static final Duration WAIT = Duration.ofSeconds(5);
    /** Far more than the budget allows: whoever gets there was not stopped. */
    private static final int MOST = 10 * MAX_DESCENDANTS;

    private final SkepClient admin;

    Runaway(SkepClient admin) {
        this.admin = admin;
    }

    /**
     * What came of it.
     *
     * @param tasks that came into being below the first
     * @param refusal what the agent was told in the end, or empty if nobody stopped it
     * @param cause why the first task ended, or empty if it did not
     * @param live tasks of the tree that have not ended
     */
    record Result(int tasks, String refusal, String cause, int live) implements Part {
        private boolean isStopped() {
            return !refusal.isEmpty() && cause.contains("budget") && live == 0 && tasks <= MAX_DESCENDANTS;
        }

        @Override
        public List<String> problems() {
            return isStopped() ? List.of() : List.of(line());
        }

        @Override
        public String line() {
            return isStopped()
                    ? "budget: a tree that grew without end was stopped at " + tasks + " tasks of " + MAX_DESCENDANTS
                    : "budget: a tree that grew without end was not stopped: " + this;
        }
    }

    Result run() throws IOException, InterruptedException {
        String id = "divider-" + UUID.randomUUID().toString().substring(0, 8);
        SkepClient agent =
                admin.as(admin.register(id, SLOTS, SKILL).path("secret").asText());
        ObjectNode first = task();
        first.putObject("budget").put("maxDescendants", MAX_DESCENDANTS);
        String root = admin.submit(first).path("id").asText();
        int tasks = 0;
        String refusal = "";
        try {
            while (tasks < MOST && refusal.isEmpty()) {
                List<JsonNode> claimed = agent.claim(id, SLOTS, WAIT);
                if (claimed.isEmpty()) {
                    break;
                }
                for (JsonNode task : claimed) {
                    tasks += divide(agent, task.path("id").asText());
                }
            }
        } catch (ProblemException stopped) {
            refusal = String.valueOf(stopped.getMessage());
        }
        JsonNode ended = admin.task(root, WAIT);
        // Lists follow the log within moments.
        Poll.until(() -> live() == 0, WAIT, Duration.ofMillis(50));
        admin.removeAgent(id, "the demo has seen enough of it");
        return new Result(tasks, refusal, ended.path("error").asText(), live());
    }

    private int live() throws IOException, InterruptedException {
        return admin.allTasks(Map.of("text", DESCRIPTION, "state", "queued,assigned,working"))
                .size();
    }

    private static int divide(SkepClient agent, String parent) throws IOException, InterruptedException {
        ArrayNode parts = SkepClient.array();
        for (int i = 0; i < 2; i++) {
            parts.add(task().put("parent", parent));
        }
        return agent.submitAll(parts, null).size();
    }

    private static ObjectNode task() {
        ObjectNode task = SkepClient.object().put("description", DESCRIPTION);
        task.withArray("skills").add(SKILL);
        return task;
    }
}
