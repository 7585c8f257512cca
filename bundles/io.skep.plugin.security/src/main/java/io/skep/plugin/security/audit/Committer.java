// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import io.skep.plugin.security.audit.AuditException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: one thread writes what has come, syncs once, and lets the callers be told, while the next events come. It
 * does not wait for more than has come if somebody waits for one of them; others collect for a moment, so that who brings
 * them neither wakes the thread nor causes a sync each. What the disk refuses stops it for good; then all that waits and all
 * that comes fails. Callers are told on another thread, so none of them holds up the log.
 */
final class Committer implements Runnable {
    /** How long events for which nobody waits may collect. */
    static final Duration LINGER = Duration.ofMillis(20);

    /** How long it may be idle at once, so that time goes on for segments that get no events. */
    private static final Duration LONGEST_REST = Duration.ofSeconds(1);

    private final Journal journal;
    private final int most;
    private final int batch;
    private final Executor telling;
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    /** Events in the queue, or about to be, for which somebody waits. */
    private final AtomicInteger awaited = new AtomicInteger();
    /** Events that were accepted and whose callers have not been told. */
    private final AtomicInteger pending = new AtomicInteger();

    private volatile Rest rest = Rest.NONE;
    private volatile @Nullable Thread writer;
    private boolean wrote;
    private volatile boolean closing;
    private volatile @Nullable AuditException stopped;

    /** What the thread rests for. */
    private enum Rest {
        /** It works. */
        NONE,
        /** It lets events collect; one for which somebody waits ends that. */
        LINGER,
        /** Every event ends it. */
        IDLE
    }

    /** An event and who waits for it; the mark that ends the queue has no event. */
    private record Waiting(@Nullable Coded event, boolean awaited, CompletableFuture<Receipt> told) {}

    /** An event that is encoded, or can be. */
    @FunctionalInterface
    interface Coded {
        Entry entry() throws IOException;
    }

    private record Done(CompletableFuture<Receipt> told, Receipt receipt) {}

    Committer(Journal journal, int most, int batch, Executor telling) {
        this.journal = journal;
        this.most = most;
        this.batch = batch;
        this.telling = telling;
    }

    /**
     * Takes an event if there is room; the stage ends when it is durable, or as failed.
     *
     * @param isAwaited whether somebody waits for that
     */
    CompletionStage<Receipt> append(Coded event, boolean isAwaited) {
        if (closing) {
            return CompletableFuture.failedFuture(new AuditException(Reason.CLOSED, "the audit log is closed"));
        }
        if (pending.incrementAndGet() > most) {
            pending.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new AuditException(Reason.FULL, "more than " + most + " events wait for the audit log"));
        }
        Waiting waiting = new Waiting(event, isAwaited, new CompletableFuture<>());
        add(waiting);
        if (stopped != null) {
            // It may have stopped before it could see this one.
            failWaiting();
        }
        return waiting.told().minimalCompletionStage();
    }

    private void add(Waiting waiting) {
        if (waiting.awaited()) {
            awaited.incrementAndGet();
        }
        queue.add(waiting);
        // Whoever rests looked at the queue after saying so, or is seen here: both are volatile.
        Rest now = rest;
        if (now == Rest.IDLE || (now == Rest.LINGER && waiting.awaited())) {
            LockSupport.unpark(writer);
        }
    }

    private @Nullable Waiting take() {
        Waiting waiting = queue.poll();
        if (waiting != null && waiting.awaited()) {
            awaited.decrementAndGet();
        }
        return waiting;
    }

    /** Why it takes no more events; null while it does. */
    @Nullable
    AuditException stopped() {
        return stopped;
    }

    /** Lets what was accepted be written, and then ends. */
    void close() {
        closing = true;
        add(new Waiting(null, true, new CompletableFuture<>()));
    }

    @Override
    public void run() {
        AuditException reason = new AuditException(Reason.FAILED, "the audit log has stopped");
        writer = Thread.currentThread();
        try (journal) {
            boolean more = true;
            while (more) {
                more = step();
            }
            journal.finish();
            reason = new AuditException(Reason.CLOSED, "the audit log is closed");
        } catch (IOException failed) {
            reason = new AuditException(
                    Reason.FAILED, "the audit log's disk has failed: " + failed.getMessage(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            // Whatever ends this, even an error, nobody waits for ever.
            stopped = reason;
            failWaiting();
        }
    }

    /** Waits for events and commits them; whether there can be more. */
    private boolean step() throws IOException, InterruptedException {
        if (!wrote) {
            long millis =
                    Math.max(1, Math.min(LONGEST_REST.toMillis(), journal.rest().toMillis()));
            rest(Rest.IDLE, Duration.ofMillis(millis), queue::isEmpty);
        }
        rest(Rest.LINGER, LINGER, () -> awaited.get() == 0);
        List<Waiting> taken = new ArrayList<>();
        for (Waiting one = take(); one != null; one = taken.size() < batch ? take() : null) {
            taken.add(one);
        }
        wrote = !taken.isEmpty();
        boolean more = !wrote || commit(taken);
        journal.maintain();
        return more;
    }

    private void rest(Rest how, Duration most, BooleanSupplier isDue) throws InterruptedException {
        rest = how;
        if (isDue.getAsBoolean()) {
            LockSupport.parkNanos(this, most.toNanos());
        }
        rest = Rest.NONE;
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private boolean commit(List<Waiting> taken) throws IOException {
        List<Done> done = new ArrayList<>(taken.size());
        boolean durable = false;
        boolean ended = false;
        try {
            for (Waiting waiting : taken) {
                Coded event = waiting.event();
                if (event == null) {
                    ended = true;
                } else {
                    done.add(new Done(waiting.told(), journal.add(event.entry())));
                }
            }
            journal.commit();
            durable = true;
        } finally {
            if (!durable) {
                // Those in hand are in no queue; put back, they fail with the rest.
                taken.forEach(this::add);
            }
        }
        telling.execute(() -> tell(done));
        return !ended;
    }

    private void tell(List<Done> done) {
        pending.addAndGet(-done.size());
        for (Done one : done) {
            one.told().complete(one.receipt());
        }
    }

    private void failWaiting() {
        AuditException reason = stopped;
        for (Waiting waiting = take(); waiting != null && reason != null; waiting = take()) {
            if (waiting.event() != null) {
                pending.decrementAndGet();
            }
            waiting.told().completeExceptionally(reason);
        }
    }
}
