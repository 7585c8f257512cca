// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions of other processes, which can only be looked at again and again. */
public final class Poll {
    /** Something to look at. */
    @FunctionalInterface
    public interface Condition {
        /** Whether it is so now. */
        boolean holds() throws IOException, InterruptedException;
    }

    private Poll() {}

    /**
     * Looks every {@code interval} whether the condition holds, at least once.
     *
     * @return whether it held before the deadline had passed
     */
    public static boolean until(Condition condition, Duration deadline, Duration interval)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(interval.toNanos());
        }
        return true;
    }

    /** Pauses for a time that is itself the point, such as a backoff or the random moment of a kill. */
    public static void pause(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        long left;
        while ((left = end - System.nanoTime()) > 0) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
