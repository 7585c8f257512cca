// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A generation's share of the threads that plugins run on (a bulkhead): so many at once, and so many that wait for their
 * turn. One that blocks all of its own holds up nobody else. Thread-safe.
 */
final class Lane implements Executor {
    private final Executor pool;
    private final int threads;
    private final int queueLimit;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int running;
    /** When somebody last got his turn who had waited. */
    private long turnNanos = System.nanoTime();

    /**
     * A share.
     *
     * @param pool takes on work at once or refuses it
     */
    Lane(Executor pool, int threads, int queueLimit) {
        this.pool = pool;
        this.threads = threads;
        this.queueLimit = queueLimit;
    }

    /**
     * Runs it now or in its turn.
     *
     * @throws RejectedExecutionException if too many wait
     */
    @Override
    public void execute(Runnable work) {
        synchronized (waiting) {
            if (running == threads) {
                if (waiting.size() >= queueLimit) {
                    throw new RejectedExecutionException(queueLimit + " calls of this plugin wait already");
                }
                waiting.add(work);
                return;
            }
            running++;
        }
        start(work);
    }

    /** Whether nothing runs in it. */
    boolean isIdle() {
        synchronized (waiting) {
            return running == 0;
        }
    }

    /** Whether nobody who waited has got his turn since then. */
    boolean isStuckSince(long nanos) {
        synchronized (waiting) {
            return turnNanos - nanos < 0;
        }
    }

    private void start(Runnable work) {
        boolean started = false;
        try {
            pool.execute(() -> run(work));
            started = true;
        } finally {
            if (!started) {
                // Nobody is taken out of the queue, as there is no thread to run it: who runs next goes on with it.
                synchronized (waiting) {
                    running--;
                }
            }
        }
    }

    private void run(Runnable first) {
        Runnable work = first;
        while (work != null) {
            boolean done = false;
            try {
                work.run();
                done = true;
            } finally {
                if (!done) {
                    // An error that nobody contains ends this thread, and not the plugin's turn.
                    Runnable other = next();
                    if (other != null) {
                        start(other);
                    }
                }
            }
            work = next();
        }
    }

    private @Nullable Runnable next() {
        synchronized (waiting) {
            Runnable work = waiting.poll();
            if (work == null) {
                running--;
            } else {
                turnNanos = System.nanoTime();
            }
            return work;
        }
    }
}
