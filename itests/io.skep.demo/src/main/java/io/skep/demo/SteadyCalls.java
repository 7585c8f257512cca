// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import io.skep.client.CapabilityAnswer;
import io.skep.client.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Calls at a fixed rate, whatever becomes of the calls before. One thread of its own; thread-safe. */
final class SteadyCalls {
    /** Calls a second. */
    static final int RATE = 500;

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1) / RATE;

    private final Call call;
    private final Thread thread = new Thread(this::issue, "demo-calls");
    private volatile boolean stopped;
    private int begun;
    private int ended;
    private int failed;
    private long longestNanos;
    private int newest = -1;
    private String last = "nobody answered";

    /** What is called. */
    @FunctionalInterface
    interface Call {
        /** Makes the call of that number. */
        CompletableFuture<CapabilityAnswer> make(int number);
    }

    /**
     * What came of the calls.
     *
     * @param failed calls that were not answered by a plugin, those that never ended included
     * @param longestMillis from when a call was due until it ended
     * @param last the version that answered the newest call
     */
    record Counted(long calls, long failed, long longestMillis, String last) {}

    SteadyCalls(Call call) {
        this.call = call;
        thread.setDaemon(true);
    }

    void begin() {
        thread.start();
    }

    /** Begins no more calls, and waits for those that were made. */
    Counted end(Duration patience) {
        stopped = true;
        try {
            thread.join(patience.toMillis());
            Poll.until(this::haveAllEnded, patience, Duration.ofMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new AssertionError("nothing is read here", e);
        }
        synchronized (this) {
            return new Counted(begun, failed + (begun - ended), longestNanos / 1_000_000, last);
        }
    }

    private synchronized boolean haveAllEnded() {
        return ended == begun;
    }

    private void issue() {
        long begin = System.nanoTime();
        for (int number = 0; !stopped; number++) {
            long due = begin + number * INTERVAL_NANOS;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            int now = number;
            synchronized (this) {
                begun++;
            }
            call.make(number).whenComplete((answer, failure) -> ended(now, due, answer));
        }
    }

    private synchronized void ended(int number, long due, @Nullable CapabilityAnswer answer) {
        ended++;
        longestNanos = Math.max(longestNanos, System.nanoTime() - due);
        if (answer == null || !answer.isAnswered()) {
            failed++;
        } else if (number > newest) {
            newest = number;
            // What the answer says of itself and what core says of it: the same bundle.
            String said = answer.data().path("version").asText();
            last = said.equals(answer.version()) ? said : said + " answers for " + answer.version();
        }
    }
}
