// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.Refusal;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Commands on their way to the engine's thread; bounded. Anybody may ask, one thread takes. */
final class Mailbox {
    private final int max;
    private final BlockingQueue<Request<?>> requests;
    private volatile boolean closed;

    /** A command, and where its answer is waited for. */
    record Request<T>(Command<T> command, CompletableFuture<T> answer) {}

    Mailbox(int max) {
        this.max = max;
        this.requests = new LinkedBlockingQueue<>(max);
    }

    <T> CompletableFuture<T> ask(Command<T> command) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Request<T> request = new Request<>(command, answer);
        if (closed) {
            answer.completeExceptionally(stopping());
        } else if (!requests.offer(request)) {
            answer.completeExceptionally(Refusal.retryLater(
                    Refusal.Reason.BUSY, "more than " + max + " requests wait", Duration.ofSeconds(1)));
        } else if (closed && requests.remove(request)) {
            answer.completeExceptionally(stopping());
        }
        return answer;
    }

    /** Lets the taker look around, if it waits; a full mailbox has woken it already. */
    void wake() {
        requests.offer(new Request<>(turn -> true, new CompletableFuture<>()));
    }

    /** The next one, waiting for it at most so long. */
    @Nullable
    Request<?> poll(long mostMillis) throws InterruptedException {
        return mostMillis == 0 ? requests.poll() : requests.poll(mostMillis, TimeUnit.MILLISECONDS);
    }

    /** Refuses every one that waits. */
    void refuseAll(RuntimeException refusal) {
        for (Request<?> request = requests.poll(); request != null; request = requests.poll()) {
            request.answer().completeExceptionally(refusal);
        }
    }

    /** Takes no more, and wakes the taker. */
    void close() {
        closed = true;
        wake();
    }

    boolean isClosed() {
        return closed;
    }

    static Refusal stopping() {
        return Refusal.of(Refusal.Reason.UNAVAILABLE, "the server stops");
    }
}
