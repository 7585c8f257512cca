// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.bench.Gates;
import io.skep.client.Poll;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tasks that go through the server all the while, done by a pull agent of its own. Two threads of its own. */
final class TaskFlow {
    private static final String AGENT = "swap-worker";
    private static final String SKILL = "bench.swap";
    private static final int SLOTS = 8;
    private static final Duration BETWEEN = Duration.ofMillis(50);
    private static final Duration LAST = Duration.ofSeconds(60);

    private final SkepClient admin;
    private final SkepClient agent;
    private final List<String> acknowledged = new CopyOnWriteArrayList<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final Thread submitter = new Thread(() -> guarded(this::submit), "bench-submit");
    private final Thread worker = new Thread(() -> guarded(this::work), "bench-work");
    private volatile boolean stopped;
    private volatile boolean done;

    private TaskFlow(SkepClient admin, SkepClient agent) {
        this.admin = admin;
        this.agent = agent;
        submitter.setDaemon(true);
        worker.setDaemon(true);
    }

    /** Registers the agent, makes a gate that sends the first result of every task back, and begins. */
    static TaskFlow begin(SkepClient admin) throws IOException, InterruptedException {
        Gates.define(admin, SKILL, "after", SKILL, Gates.atLeastOne("/round"));
        String secret = admin.register(AGENT, SLOTS, SKILL).path("secret").asText();
        TaskFlow flow = new TaskFlow(admin, admin.as(secret));
        flow.submitter.start();
        flow.worker.start();
        return flow;
    }

    /** Submits no more, and counts what was acknowledged and is not completed within a minute. */
    int lost() throws IOException, InterruptedException {
        stopped = true;
        submitter.join();
        long end = System.nanoTime() + LAST.toNanos();
        int lost = 0;
        for (String id : acknowledged) {
            Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
            JsonNode task = admin.task(id, left.compareTo(Duration.ofSeconds(5)) < 0 ? left : Duration.ofSeconds(5));
            if (!task.path("state").asText().equals("completed")) {
                lost++;
                problems.add("task " + id + " is " + task.path("state").asText());
            } else if (task.path("review").path("sentBack").asInt() != 1
                    || task.path("cause").asText().contains(Gates.UNCHECKED)) {
                problems.add("task " + id + " did not go through its gate as it should: "
                        + task.path("cause").asText() + ", " + task.path("review"));
            }
        }
        done = true;
        worker.join();
        return lost;
    }

    int submitted() {
        return acknowledged.size();
    }

    List<String> problems() {
        return problems;
    }

    private void submit() throws IOException, InterruptedException {
        for (int i = 0; !stopped; i++) {
            ObjectNode task = SkepClient.object().put("description", "swap " + i);
            task.withArray("skills").add(SKILL);
            acknowledged.add(admin.submit(task).path("id").asText());
            Poll.pause(BETWEEN);
        }
    }

    private void work() throws IOException, InterruptedException {
        while (!done) {
            for (JsonNode task : agent.claim(AGENT, SLOTS, Duration.ofSeconds(1))) {
                agent.complete(
                        task.path("id").asText(),
                        task.path("token").asLong(),
                        SkepClient.object()
                                .put(
                                        "round",
                                        task.path("review").path("sentBack").asInt()));
            }
        }
    }

    private interface Loop {
        void run() throws IOException, InterruptedException;
    }

    private void guarded(Loop loop) {
        try {
            loop.run();
        } catch (IOException | ProblemException e) {
            problems.add("tasks stopped: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
