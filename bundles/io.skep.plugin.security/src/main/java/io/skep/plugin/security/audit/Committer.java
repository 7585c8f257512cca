// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import io.skep.plugin.security.audit.AuditException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: one thread writes what has come, syncs once, and lets the callers be told, while the next events come. It
 * does not wait for more than has come. What the disk refuses stops it for good; then all that waits and all that comes
 * fails. Callers are told on another thread, so none of them holds up the log.
 */
final class Committer implements Runnable {
    /** How long it may be idle at once, so that time goes on for segments that get no events. */
    private static final Duration LONGEST_REST = Duration.ofSeconds(1);

    private final Journal journal;
    private final int most;
    private final int batch;
    private final Executor telling;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    /** Events that were accepted and whose callers have not been told. */
    private final AtomicInteger pending = new AtomicInteger();

    private volatile boolean closing;
    private volatile @Nullable AuditException stopped;

    /** An event and who waits for it; the mark that ends the queue has no event. */
    private record Waiting(@Nullable Entry entry, CompletableFuture<Receipt> told) {}

    private record Done(CompletableFuture<Receipt> told, Receipt receipt) {}

    Committer(Journal journal, int most, int batch, Executor telling) {
        this.journal = journal;
        this.most = most;
        this.batch = batch;
        this.telling = telling;
    }

    /** Takes an event if there is room; the stage ends when it is durable, or as failed. */
    CompletionStage<Receipt> append(Entry entry) {
        if (closing) {
            return CompletableFuture.failedFuture(new AuditException(Reason.CLOSED, "the audit log is closed"));
        }
        if (pending.incrementAndGet() > most) {
            pending.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new AuditException(Reason.FULL, "more than " + most + " events wait for the audit log"));
        }
        Waiting waiting = new Waiting(entry, new CompletableFuture<>());
        queue.add(waiting);
        if (stopped != null) {
            // It may have stopped before it could see this one.
            failWaiting();
        }
        return waiting.told().minimalCompletionStage();
    }

    /** Why it takes no more events; null while it does. */
    @Nullable
    AuditException stopped() {
        return stopped;
    }

    /** Lets what was accepted be written, and then ends. */
    void close() {
        closing = true;
        queue.add(new Waiting(null, new CompletableFuture<>()));
    }

    @Override
    public void run() {
        AuditException reason = new AuditException(Reason.FAILED, "the audit log has stopped");
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
        Duration rest = journal.rest();
        long millis = Math.max(1, Math.min(LONGEST_REST.toMillis(), rest.toMillis()));
        Waiting first = queue.poll(millis, TimeUnit.MILLISECONDS);
        boolean more = true;
        if (first != null) {
            List<Waiting> taken = new ArrayList<>();
            taken.add(first);
            queue.drainTo(taken, batch - 1);
            more = commit(taken);
        }
        journal.maintain();
        return more;
    }

    private boolean commit(List<Waiting> taken) throws IOException {
        List<Done> done = new ArrayList<>(taken.size());
        boolean durable = false;
        boolean ended = false;
        try {
            for (Waiting waiting : taken) {
                Entry entry = waiting.entry();
                if (entry == null) {
                    ended = true;
                } else {
                    done.add(new Done(waiting.told(), journal.add(entry)));
                }
            }
            journal.commit();
            durable = true;
        } finally {
            if (!durable) {
                // Those in hand are in no queue; put back, they fail with the rest.
                queue.addAll(taken);
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
        for (Waiting waiting = queue.poll(); waiting != null && reason != null; waiting = queue.poll()) {
            if (waiting.entry() != null) {
                pending.decrementAndGet();
            }
            waiting.told().completeExceptionally(reason);
        }
    }
}
