// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.time.Duration;
import java.util.Objects;

/**
 * How often a task is tried, and how long it waits in between: before attempt n + 1 a random delay between half and
 * all of {@code min(maxDelay, initialDelay * 2^(n-1))}. ("Equal jitter", M. Brooker, Exponential Backoff And Jitter,
 * 2015.)
 *
 * @param maxAttempts attempts that may end by failure or loss, 1 to 100; interruptions by the server itself are free
 * @param initialDelay before the second attempt, at least 0
 * @param maxDelay upper bound of every delay, at most one day
 */
public record RetryPolicy(int maxAttempts, Duration initialDelay, Duration maxDelay) {
    /** Three attempts, from 200 ms up to 30 s apart. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(3, Duration.ofMillis(200), Duration.ofSeconds(30));

    public RetryPolicy {
        Objects.requireNonNull(initialDelay);
        Objects.requireNonNull(maxDelay);
    }
}
