// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Work at all nodes at once: each call goes to any of them, so that a task is submitted at one, claimed at another and
 * completed at a third. Notes what was acknowledged, and everything that may never be.
 */
final class NodeWork implements AutoCloseable {
    static final String AGENT = "worker";

    /** Ids of tasks whose submission was acknowledged, by key. */
    final Map<String, String> submitted = new ConcurrentHashMap<>();
    /** Results of tasks whose completion was acknowledged. */
    final Map<String, Long> completed = new ConcurrentHashMap<>();

    final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    final AtomicInteger refused = new AtomicInteger();
    private final Map<String, Long> tokens = new ConcurrentHashMap<>();
    private final AtomicLong number = new AtomicLong();
    private final List<SkepClient> admins;
    private final List<SkepClient> agents = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;
    private volatile int avoided = -1;

    NodeWork(List<SkepClient> admins, String secret, int workers) {
        this.admins = admins;
        admins.forEach(admin -> agents.add(admin.as(secret)));
        for (int i = 0; i < workers; i++) {
            Thread thread = new Thread(this::run, "work-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private SkepClient any(List<SkepClient> clients) {
        int chosen = ThreadLocalRandom.current().nextInt(clients.size());
        return clients.get(chosen == avoided ? (chosen + 1) % clients.size() : chosen);
    }

    /** Makes no further calls at a node; -1 for none. */
    void avoid(int node) {
        avoided = node;
    }

    private void run() {
        while (!ended) {
            try {
                step();
            } catch (IOException notAcknowledged) {
                // The node is away; the next call goes to another one.
                refused.incrementAndGet();
            } catch (ProblemException problem) {
                note(problem);
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private void note(ProblemException problem) {
        refused.incrementAndGet();
        boolean isFenced = problem.status() == 409;
        if (problem.status() != 503 && problem.status() != 429 && !isFenced) {
            wrong.add("refused: " + problem.getMessage());
        }
    }

    private void step() throws IOException, InterruptedException {
        String key = "key-" + number.incrementAndGet();
        String id = any(admins)
                .submit(SkepClient.object().put("description", key), key)
                .path("id")
                .asText();
        submitted.put(key, id);
        for (JsonNode claimed : any(agents).claim(AGENT, 1, Duration.ofMillis(500))) {
            String task = claimed.path("id").asText();
            long token = claimed.path("token").asLong();
            Long before = tokens.put(task, token);
            if (before != null && before >= token) {
                wrong.add(task + " was claimed with token " + token + " after " + before);
            }
            long result = number.incrementAndGet();
            any(agents).complete(task, token, SkepClient.object().put("n", result));
            if (completed.putIfAbsent(task, result) != null) {
                wrong.add(task + " was completed twice");
            }
        }
    }

    /** Waits until so many more were completed. */
    void awaitMore(int count) throws IOException, InterruptedException {
        int before = completed.size();
        Instance.await("work goes on", () -> completed.size() >= before + count);
    }

    void end() {
        ended = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What is not as it was acknowledged. */
    List<String> missing(SkepClient admin) throws IOException, InterruptedException {
        List<String> missing = new ArrayList<>(wrong);
        for (Map.Entry<String, String> task : submitted.entrySet()) {
            JsonNode found = admin.task(task.getValue());
            if (!found.path("description").asText().equals(task.getKey())) {
                missing.add(task + " is " + found);
            }
        }
        for (Map.Entry<String, Long> task : completed.entrySet()) {
            JsonNode found = admin.task(task.getKey());
            if (!found.path("state").asText().equals("completed")
                    || found.path("result").path("n").asLong() != task.getValue()) {
                missing.add(task + " is " + found);
            }
        }
        return missing;
    }

    @Override
    public void close() {
        end();
    }
}
