// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends calls whose time is over, to within {@value #LOOK_MILLIS} ms: a table of the calls under way, looked through now and
 * then while there are any. Beginning and ending a call is one write each; it makes no garbage and wakes nobody, where a
 * queue of timers would wake its thread for every call that is the next to end. The table is as large as the most calls
 * that were ever under way at once, which the lanes bound. Thread-safe, without a lock.
 */
final class Timeouts implements AutoCloseable {
    static final int LOOK_MILLIS = 10;

    private static final long LOOK_NANOS = Duration.ofMillis(LOOK_MILLIS).toNanos();
    /** After so many looks that found no call the thread sleeps until there is one. */
    private static final int IDLE_LOOKS = 100;

    private final List<Chunk> stripes = new ArrayList<>();
    private final Thread looker = CoreThreads.daemon(this::run, "skep-plugin-timeouts");
    private volatile boolean asleep;
    private volatile boolean closed;

    /** Some places of the table. */
    private static final class Chunk {
        private static final int PLACES = 256;
        private static final int PROBES = 16;
        private final AtomicReferenceArray<@Nullable PendingCall> places = new AtomicReferenceArray<>(PLACES);
        private final AtomicReference<@Nullable Chunk> next = new AtomicReference<>();
        /** Where to look for a free place: a hint that races may spoil. */
        private int cursor;

        /** Takes a free place near the hint; whether there was one. */
        boolean take(PendingCall call) {
            int from = cursor;
            for (int i = 0; i < PROBES; i++) {
                int index = (from + i) & (PLACES - 1);
                if (places.get(index) == null) {
                    // Before others can see it.
                    call.placed(places, index);
                    if (places.compareAndSet(index, null, call)) {
                        cursor = index + 1;
                        return true;
                    }
                }
            }
            cursor = from + PROBES;
            return false;
        }

        Chunk following() {
            Chunk present = next.get();
            if (present == null) {
                next.compareAndSet(null, new Chunk());
                present = next.get();
            }
            return Objects.requireNonNull(present);
        }
    }

    Timeouts() {
        for (int stripe = 0; stripe < InFlight.stripeCount(); stripe++) {
            stripes.add(new Chunk());
        }
        looker.start();
    }

    /** Ends a call at its deadline, unless it has left its place before. */
    void add(PendingCall call) {
        Chunk chunk = stripes.get(InFlight.stripe());
        while (!chunk.take(call)) {
            chunk = chunk.following();
        }
        if (asleep) {
            asleep = false;
            LockSupport.unpark(looker);
        }
    }

    /** Who looks. */
    Thread looker() {
        return looker;
    }

    private void run() {
        int idle = 0;
        while (!closed) {
            idle = look() > 0 ? 0 : idle + 1;
            if (idle < IDLE_LOOKS) {
                LockSupport.parkNanos(LOOK_NANOS);
            } else {
                sleep();
                idle = 0;
            }
        }
    }

    /** Ends what is late; how many calls there were. */
    int look() {
        long now = System.nanoTime();
        int calls = 0;
        for (Chunk stripe : stripes) {
            for (Chunk chunk = stripe; chunk != null; chunk = chunk.next.get()) {
                for (int i = 0; i < Chunk.PLACES; i++) {
                    PendingCall call = chunk.places.get(i);
                    if (call != null) {
                        calls++;
                        if (call.isLate(now)) {
                            call.timedOut();
                        }
                    }
                }
            }
        }
        return calls;
    }

    private void sleep() {
        asleep = true;
        // Whoever adds a call sees that this thread sleeps, or is seen here: both are volatile.
        if (look() == 0 && !closed) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(looker);
    }
}
