// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An agent that claims over HTTP, and ends each task after a time as it is told. */
final class Worker implements AutoCloseable {
    private static final Duration WAIT = Duration.ofSeconds(5);

    private final String id;
    private final SkepClient client;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final AtomicInteger taken = new AtomicInteger();
    private final Thread thread;
    private final long millis;
    private volatile boolean fails;
    private volatile boolean stopped;

    private Worker(String id, SkepClient client, long millis) {
        this.id = id;
        this.client = client;
        this.millis = millis;
        this.thread = new Thread(this::claim, id);
    }

    /** Registers and begins to claim. */
    static Worker begin(SkepClient client, String id, int slots, long millis, String skill) throws Exception {
        String secret = client.register(id, slots, skill).path("secret").asText();
        Worker worker = new Worker(id, client.as(secret), millis);
        worker.thread.start();
        return worker;
    }

    void fails(boolean next) {
        fails = next;
    }

    /** How many tasks it has been given. */
    int taken() {
        return taken.get();
    }

    private void claim() {
        try {
            while (!stopped) {
                for (JsonNode task : client.claim(id, 1, WAIT)) {
                    taken.incrementAndGet();
                    timer.schedule(() -> end(task), millis, TimeUnit.MILLISECONDS);
                }
            }
        } catch (IOException | InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private Void end(JsonNode task) throws IOException, InterruptedException {
        String name = task.path("id").asText();
        long token = task.path("token").asLong();
        if (fails) {
            client.fail(name, token, "it fails by order", true);
        } else {
            client.complete(name, token, SkepClient.object());
        }
        return null;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(WAIT.multipliedBy(2).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timer.shutdownNow();
    }
}
