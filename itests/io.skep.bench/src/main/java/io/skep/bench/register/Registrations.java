// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.register;

import io.skep.bench.load.Arrivals;
import io.skep.bench.load.Reply;
import io.skep.bench.load.Rig;
import io.skep.client.Poll;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;
import org.jspecify.annotations.Nullable;

/** Registers ever new agents, each by a call of its own. For one thread. */
final class Registrations {
    private static final int IN_FLIGHT = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Rig rig;
    private final AtomicInteger last = new AtomicInteger();
    private final AtomicInteger good = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

    Registrations(Rig rig) {
        this.rig = rig;
    }

    /** Keeps 64 calls in flight for that time; how many were acknowledged in a second. */
    double perSecond(Duration length) throws IOException, InterruptedException {
        int before = good.get();
        long begun = System.nanoTime();
        long end = begun + length.toNanos();
        for (int i = 0; i < IN_FLIGHT; i++) {
            registerUntil(end);
        }
        Poll.pause(length);
        double rate = (good.get() - before) * 1e9 / (System.nanoTime() - begun);
        settle();
        return rate;
    }

    private void registerUntil(long end) {
        register().thenRun(() -> {
            if (System.nanoTime() < end && failure.get() == null) {
                registerUntil(end);
            }
        });
    }

    /** Registers at a fixed rate; nanoseconds from when each was due until it was acknowledged. */
    Histogram openLoop(int perSecond, Duration length) throws IOException, InterruptedException {
        Histogram nanos = new SynchronizedHistogram(3);
        int count = Math.toIntExact(perSecond * length.toMillis() / 1000);
        Arrivals arrivals = Arrivals.begin(
                "bench-register",
                perSecond,
                count,
                (number, due) -> register().thenRun(() -> nanos.recordValue(System.nanoTime() - due)));
        arrivals.await();
        settle();
        return nanos;
    }

    private CompletableFuture<Void> register() {
        underWay.incrementAndGet();
        int number = last.incrementAndGet();
        return rig.wires().post("/api/v1/agents", rig.token(), agent(number)).handle((reply, cause) -> {
            note(reply, cause);
            underWay.decrementAndGet();
            return null;
        });
    }

    /** With a lease longer than the measurement: none of them ever says a word. */
    private static byte[] agent(int number) {
        return ("{\"id\":\"registered-" + number + "\",\"skills\":[\"bench.register\"],\"leaseMillis\":3600000}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void note(@Nullable Reply reply, @Nullable Throwable cause) {
        if (reply != null && reply.isGood()) {
            good.incrementAndGet();
        } else {
            failure.compareAndSet(null, reply == null ? String.valueOf(cause) : reply.text());
        }
    }

    private void settle() throws IOException, InterruptedException {
        boolean quiet = Poll.until(() -> underWay.get() == 0, PATIENCE, Duration.ofMillis(10));
        String wrong = failure.get();
        if (!quiet || wrong != null) {
            throw new IOException("a registration failed: " + (wrong == null ? "no answer" : wrong));
        }
    }

    /** How many were acknowledged in all. */
    int count() {
        return good.get();
    }
}
