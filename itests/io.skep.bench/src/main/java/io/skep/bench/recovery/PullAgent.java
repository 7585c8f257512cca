// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.Poll;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A pull agent that is always well: it heartbeats through every outage, for itself and for the attempts it holds, and
 * reports each result until it is acknowledged. Two threads of its own.
 */
final class PullAgent {
    /** Shorter than a restart takes, so that only the server's grace keeps the agent alive. */
    static final Duration LEASE = Duration.ofSeconds(3);

    private static final Duration HEARTBEAT = Duration.ofMillis(300);
    private static final Duration CLAIM_WAIT = Duration.ofSeconds(1);
    private static final int MOST_WORK_MILLIS = 40;
    static final int SLOTS = 8;

    private final String id;
    private final SkepClient client;
    private final Ledger ledger;
    private final Persistent persistent;
    private final boolean quick;
    private final Map<String, Long> held = new ConcurrentHashMap<>();
    private final Thread worker;
    private final Thread pulse;
    private volatile boolean stopped;

    /**
     * @param client with the agent's own secret
     * @param quick whether the work takes no time
     */
    PullAgent(String id, SkepClient client, Ledger ledger, boolean quick) {
        this.id = id;
        this.client = client;
        this.ledger = ledger;
        this.persistent = new Persistent(ledger);
        this.quick = quick;
        this.worker = new Thread(this::work, id + "-work");
        this.pulse = new Thread(this::beat, id + "-pulse");
    }

    /** Registers an agent that is alive and takes no tasks before {@link #begin}. */
    static PullAgent register(String id, String skill, SkepClient admin, Ledger ledger, boolean quick)
            throws IOException, InterruptedException {
        var spec = SkepClient.object().put("id", id).put("slots", SLOTS).put("leaseMillis", LEASE.toMillis());
        spec.withArray("skills").add(skill);
        String secret = admin.register(spec).path("secret").asText();
        PullAgent agent = new PullAgent(id, admin.as(secret), ledger, quick);
        agent.pulse.start();
        return agent;
    }

    /** Takes tasks from now on. */
    void begin() {
        worker.start();
    }

    String id() {
        return id;
    }

    /** Ends after what it holds. */
    void stop() throws InterruptedException {
        stopped = true;
        worker.join();
        pulse.join();
    }

    private void work() {
        try {
            while (!stopped) {
                Optional<List<JsonNode>> tasks =
                        persistent.call(() -> stopped, () -> client.claim(id, SLOTS / 2, CLAIM_WAIT));
                for (JsonNode task : tasks.orElse(List.of())) {
                    ledger.claimed(task.path("id").asText(), task.path("token").asLong());
                    held.put(task.path("id").asText(), task.path("token").asLong());
                }
                for (JsonNode task : tasks.orElse(List.of())) {
                    finish(task);
                }
            }
        } catch (ProblemException e) {
            ledger.falseLoss("claim of " + id + " was refused: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void finish(JsonNode task) throws InterruptedException {
        String key = task.path("id").asText();
        long token = task.path("token").asLong();
        if (!quick) {
            Poll.pause(Duration.ofMillis(ThreadLocalRandom.current().nextInt(MOST_WORK_MILLIS)));
        }
        try {
            persistent.call(() -> false, () -> client.complete(key, token, task.path("input")));
            ledger.completed(key, token);
        } catch (ProblemException e) {
            ledger.falseLoss("completion of attempt " + token + " at " + key + " by " + id
                    + ", which held it, was refused: " + e.getMessage());
        } finally {
            held.remove(key);
        }
    }

    private void beat() {
        try {
            while (!stopped || worker.isAlive()) {
                beatOnce();
                Poll.pause(HEARTBEAT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beatOnce() throws InterruptedException {
        try {
            client.heartbeat(id);
            for (Map.Entry<String, Long> attempt : held.entrySet()) {
                beatAttempt(attempt.getKey(), attempt.getValue());
            }
        } catch (IOException e) {
            // The server is down; the next heartbeat finds it up or not.
            return;
        } catch (ProblemException e) {
            if (!e.isRetryable()) {
                ledger.falseLoss("heartbeat of " + id + " was refused: " + e.getMessage());
            }
        }
    }

    private void beatAttempt(String task, long token) throws IOException, InterruptedException {
        try {
            client.heartbeat(task, token, null);
        } catch (ProblemException e) {
            // Completed between the look and the heartbeat: then it is rightly refused.
            if (!e.isRetryable() && held.containsKey(task)) {
                Poll.until(() -> !held.containsKey(task), Duration.ofSeconds(10), Duration.ofMillis(5));
            }
        }
    }
}
