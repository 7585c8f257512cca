// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends calls whose time is over, to within {@value #TICK_MILLIS} ms: a timing wheel (Varghese and Lauck, 1987). Beginning
 * and ending a call costs a few nanoseconds and wakes nobody, where a queue of timers would wake its thread for every
 * call. Thread-safe, without a lock; each thread adds to a wheel of its own stripe.
 */
final class Timeouts implements AutoCloseable {
    static final int TICK_MILLIS = 10;

    private static final long TICK_NANOS = Duration.ofMillis(TICK_MILLIS).toNanos();
    /** A whole turn takes longer than the longest timeout of an operation, so that nothing waits for a second one. */
    private static final int SLOTS = 1024;
    /** After a turn without a call the thread sleeps until there is one. */
    private static final int IDLE_TICKS = SLOTS;

    private final long originNanos = System.nanoTime();
    private final List<AtomicReferenceArray<@Nullable Entry>> wheels = new ArrayList<>();
    private final Thread ticker = CoreThreads.daemon(this::run, "skep-plugin-timeouts");
    private volatile long passed;
    private volatile boolean asleep;
    private volatile boolean closed;

    /** A call in the wheel; it holds on to the call only while that goes on. */
    static final class Entry {
        private volatile @Nullable PendingCall call;
        private final long tick;
        private @Nullable Entry next;

        private Entry(PendingCall call, long tick) {
            this.call = call;
            this.tick = tick;
        }

        /** The call has ended. */
        void forget() {
            call = null;
        }

        private void end() {
            PendingCall late = call;
            if (late != null) {
                late.timedOut();
            }
        }
    }

    Timeouts() {
        for (int stripe = 0; stripe < InFlight.stripeCount(); stripe++) {
            wheels.add(new AtomicReferenceArray<>(SLOTS));
        }
        ticker.start();
    }

    /** Ends a call after a while, unless it is forgotten before. */
    Entry add(PendingCall call, long afterNanos) {
        long tick = (System.nanoTime() - originNanos + afterNanos) / TICK_NANOS + 1;
        Entry entry = new Entry(call, tick);
        AtomicReferenceArray<@Nullable Entry> wheel = wheels.get(InFlight.stripe());
        push(wheel, entry);
        if (asleep) {
            asleep = false;
            LockSupport.unpark(ticker);
        }
        if (passed >= tick) {
            // This thread was held up for so long that the wheel has passed the slot.
            entry.end();
        }
        return entry;
    }

    private static void push(AtomicReferenceArray<@Nullable Entry> wheel, Entry entry) {
        int slot = slot(entry.tick);
        Entry head;
        do {
            head = wheel.get(slot);
            entry.next = head;
        } while (!wheel.compareAndSet(slot, head, entry));
    }

    private static int slot(long tick) {
        return (int) (tick & (SLOTS - 1));
    }

    private void run() {
        int idle = 0;
        while (!closed) {
            long now = (System.nanoTime() - originNanos) / TICK_NANOS;
            if (passed >= now) {
                LockSupport.parkNanos(TICK_NANOS);
                continue;
            }
            long tick = passed + 1;
            passed = tick;
            idle = pass(tick) ? 0 : idle + 1;
            if (idle >= IDLE_TICKS) {
                sleep();
                idle = 0;
            }
        }
    }

    /** Takes the calls of one slot; whether there were any. */
    private boolean pass(long tick) {
        boolean any = false;
        for (AtomicReferenceArray<@Nullable Entry> wheel : wheels) {
            Entry entry = wheel.getAndSet(slot(tick), null);
            any |= entry != null;
            while (entry != null) {
                Entry next = entry.next;
                if (entry.tick <= tick) {
                    entry.end();
                } else if (entry.call != null) {
                    // Of the next turn: this thread is late by more than half a one.
                    push(wheel, entry);
                }
                entry = next;
            }
        }
        return any;
    }

    private void sleep() {
        asleep = true;
        // Whoever adds a call sees that it sleeps, or is seen here: both words are volatile.
        if (isEmpty() && !closed) {
            LockSupport.park(this);
        }
        asleep = false;
        // Nothing was in the wheel; what has come since is due within half a turn of it.
        passed = Math.max(passed, (System.nanoTime() - originNanos) / TICK_NANOS - SLOTS / 2);
    }

    private boolean isEmpty() {
        for (AtomicReferenceArray<@Nullable Entry> wheel : wheels) {
            for (int slot = 0; slot < SLOTS; slot++) {
                if (wheel.get(slot) != null) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(ticker);
    }
}
