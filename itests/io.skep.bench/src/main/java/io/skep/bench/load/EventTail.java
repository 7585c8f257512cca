// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.EventReader;
import io.skep.client.Poll;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Follows a server's events through every restart, on a thread of its own. Begun and ended by one thread. */
public final class EventTail {
    private static final Duration BACKOFF = Duration.ofMillis(50);

    private final SkepClient client;
    private final Consumer<JsonNode> each;
    private final Consumer<String> problem;
    private final Thread thread = new Thread(this::follow, "bench-events");
    private final AtomicLong seen = new AtomicLong();
    private volatile boolean ended;
    private @Nullable String cursor;

    /**
     * @param from a cursor, {@code start}, or null for what is yet to come
     * @param each is told each event, on the thread
     * @param problem is told why no more can come
     */
    public EventTail(SkepClient client, @Nullable String from, Consumer<JsonNode> each, Consumer<String> problem) {
        this.client = client;
        this.cursor = from;
        this.each = each;
        this.problem = problem;
        thread.setDaemon(true);
    }

    /** Begins. */
    public void begin() {
        thread.start();
    }

    /** How many events have come. */
    public long seen() {
        return seen.get();
    }

    /** Follows no more. */
    public void end() {
        ended = true;
        thread.interrupt();
    }

    private void follow() {
        try {
            while (!ended) {
                try (EventReader events = client.events(cursor)) {
                    read(events);
                } catch (IOException e) {
                    Poll.pause(BACKOFF);
                } catch (ProblemException e) {
                    if (!e.isRetryable()) {
                        problem.accept("events from " + cursor + " were refused: " + e.getMessage());
                        return;
                    }
                    Poll.pause(BACKOFF);
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
            each.accept(event.get());
        }
    }
}
