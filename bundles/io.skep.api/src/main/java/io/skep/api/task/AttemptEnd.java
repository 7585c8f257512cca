// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

/** How an attempt ended. */
public enum AttemptEnd {
    /** With a result. */
    COMPLETED,
    /** Its agent said that it failed. */
    FAILED,
    /** It, or its task, took longer than allowed. */
    TIMED_OUT,
    /** Its lease ran out, or its agent was lost. */
    LOST,
    /** The server or its connector stopped; not counted against {@link RetryPolicy#maxAttempts()}. */
    INTERRUPTED,
    /** The task was canceled meanwhile. */
    CANCELED;

    /** Whether the attempt counts against {@link RetryPolicy#maxAttempts()}. */
    public boolean isCounted() {
        return this == FAILED || this == TIMED_OUT || this == LOST;
    }
}
