// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.base;

import io.skep.api.Refusal;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the event stream on a thread of its own, which ends when it is closed. What is behind what the stream still has
 * begins anew; a stream that cannot be read is tried again.
 */
public final class Follower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final int MAX_BATCH = 1000;
    private static final long PAUSE_MILLIS = 500;
    private static final long CLOSE_MILLIS = 2000;

    private final EventStream events;
    private final Reader reader;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private final List<Wait> waits = new ArrayList<>();
    private volatile boolean anew = true;
    /** Where it stands is in the stream. */
    private boolean placed;

    private volatile @Nullable String trouble;

    private record Wait(EventCursor target, CompletableFuture<Boolean> reached) {}

    /** Who is told, all on the follower's thread. */
    public interface Reader {
        /** Begin anew: what is now, and then what the stream tells from {@code at} on, which may be before that. */
        void begin(EventCursor at);

        /** Go on. */
        void told(EventBatch batch);

        /** Do what there is to do besides, and say how long that can rest. */
        Duration rest();

        /** Up to where it was told. */
        EventCursor cursor();
    }

    /** On a thread of that name, which {@link #start} starts. */
    public Follower(EventStream events, Reader reader, String name) {
        this.events = events;
        this.reader = reader;
        this.thread = PluginThreads.daemon(this::run, name);
    }

    /** Begins to follow; called once. */
    public void start() {
        thread.start();
    }

    /** Begin anew when the next events come. */
    public void beginAnew() {
        anew = true;
    }

    /** Why the stream cannot be read, if it cannot. */
    public @Nullable String trouble() {
        return thread.isAlive() ? trouble : "the thread that follows the events has ended";
    }

    /** Completes with true when the position has been reached, with false when this is closed before. */
    public CompletableFuture<Boolean> reached(EventCursor target) {
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        synchronized (waits) {
            waits.removeIf(wait -> wait.reached().isDone());
            waits.add(new Wait(target, reached));
        }
        tellReached();
        return reached;
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tellReached();
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void run() {
        try {
            while (!isClosed()) {
                follow();
            }
        } catch (InterruptedException stopped) {
            LOG.debug("stopped", stopped);
        }
    }

    private void follow() throws InterruptedException {
        try {
            if (anew) {
                anew = false;
                reader.begin(placed ? reader.cursor() : events.end());
                placed = true;
            }
            tellReached();
            reader.told(get(events.next(reader.cursor(), MAX_BATCH, reader.rest())));
            trouble = null;
        } catch (ExecutionException failed) {
            troubled(failed.getCause() == null ? failed : failed.getCause());
        }
    }

    private void troubled(Throwable cause) throws InterruptedException {
        if (cause instanceof Refusal refusal && refusal.reason() == Refusal.Reason.NOT_FOUND) {
            LOG.warn("begins anew: {}", refusal.getMessage());
            anew = true;
            placed = false;
            return;
        }
        if (trouble == null) {
            LOG.warn("the events cannot be read", cause);
        }
        trouble = "the events cannot be read: " + cause.getMessage();
        if (closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
            LOG.debug("closed meanwhile");
        }
    }

    /** Whoever stops waiting leaves nothing behind in the stream. */
    private static EventBatch get(CompletionStage<EventBatch> stage) throws InterruptedException, ExecutionException {
        CompletableFuture<EventBatch> batch = stage.toCompletableFuture();
        try {
            return batch.get();
        } finally {
            batch.cancel(true);
        }
    }

    private void tellReached() {
        EventCursor at = reader.cursor();
        List<Wait> done = new ArrayList<>();
        synchronized (waits) {
            waits.removeIf(wait -> (isClosed() || isReached(wait.target(), at)) && done.add(wait));
        }
        done.forEach(wait -> wait.reached().complete(isReached(wait.target(), at)));
    }

    private static boolean isReached(EventCursor target, EventCursor at) {
        if (at.shards() != target.shards()) {
            return false;
        }
        for (int shard = 0; shard < target.shards(); shard++) {
            if (at.seen(shard) < target.seen(shard)) {
                return false;
            }
        }
        return true;
    }
}
