// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.EventReader;
import io.skep.client.Poll;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Follows the server's events through every restart, and notes pull agents that are said to be lost. */
final class Watcher {
    private final SkepClient client;
    private final Ledger ledger;
    private final Set<String> healthy = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::follow, "bench-events");
    private volatile boolean stopped;
    private final AtomicLong seen = new AtomicLong();
    private String cursor = "start";

    Watcher(SkepClient client, Ledger ledger) {
        this.client = client;
        this.ledger = ledger;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** From now on this agent is well. */
    void expectHealthy(String agent) {
        healthy.add(agent);
    }

    /** From now on it may be silent, because it is stopped on purpose. */
    void expectSilence(String agent) {
        healthy.remove(agent);
    }

    /** How many events have come. */
    long seen() {
        return seen.get();
    }

    void stop() {
        stopped = true;
        thread.interrupt();
    }

    private void follow() {
        try {
            while (!stopped) {
                try (EventReader events = client.events(cursor)) {
                    read(events);
                } catch (IOException e) {
                    Poll.pause(Duration.ofMillis(50));
                } catch (ProblemException e) {
                    if (!e.isRetryable()) {
                        ledger.contradiction("events from " + cursor + " were refused: " + e.getMessage());
                        return;
                    }
                    Poll.pause(Duration.ofMillis(50));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(EventReader events) throws IOException {
        for (Optional<JsonNode> event = events.next(); event.isPresent(); event = events.next()) {
            cursor = events.cursor();
            seen.incrementAndGet();
            String subject = event.get().path("subject").asText();
            if (event.get().path("type").asText().equals("agent.lost") && healthy.contains(subject)) {
                ledger.falseLoss("event agent.lost for " + subject + ": "
                        + event.get().path("cause").asText());
            }
        }
    }
}
