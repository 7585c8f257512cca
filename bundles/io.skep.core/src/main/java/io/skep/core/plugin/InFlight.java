// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts the references to a generation, so that it is known when the last call has ended. Thread-safe, without a lock
 * and without a word that all threads write: each counts in a stripe of its own, and a reference is given back to the
 * stripe that it was taken from, so that no stripe is ever below the number of references in it. Once closed, nobody gets
 * in: who counted first and then looks sees that it is closed, or whoever closes it sees the count (both are volatile).
 * So a sum of zero after closing is final.
 */
final class InFlight {
    /** What {@link #enter} answers when it is closed. */
    static final int CLOSED = -1;

    private static final int STRIPES = stripes();
    /** Two cache lines apart: processors fetch them in pairs. */
    private static final int APART = 16;

    private final AtomicLongArray counts = new AtomicLongArray((STRIPES + 1) * APART);
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean closed;

    private static int stripes() {
        int twice = 2 * Runtime.getRuntime().availableProcessors();
        return Math.min(64, Integer.highestOneBit(2 * twice - 1));
    }

    /** How many stripes there are, for others that count by thread. */
    static int stripeCount() {
        return STRIPES;
    }

    /** The stripe of the calling thread. */
    static int stripe() {
        return (int) (Thread.currentThread().getId() & (STRIPES - 1));
    }

    /** Takes a reference; answers what it is given back with, or {@link #CLOSED}. */
    int enter() {
        int stripe = stripe();
        int index = (stripe + 1) * APART;
        counts.incrementAndGet(index);
        if (closed) {
            leave(stripe);
            return CLOSED;
        }
        return stripe;
    }

    /** Gives a reference back. */
    void leave(int stripe) {
        counts.decrementAndGet((stripe + 1) * APART);
        if (closed) {
            look();
        }
    }

    /** Lets nobody in any more. */
    void close() {
        closed = true;
        look();
    }

    /** Ends when it is closed and the last reference was given back. */
    CompletionStage<Void> drained() {
        return drained;
    }

    /** How many references there are, about. */
    long count() {
        long sum = 0;
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            sum += counts.get((stripe + 1) * APART);
        }
        return sum;
    }

    private void look() {
        if (count() == 0) {
            drained.complete(null);
        }
    }
}
