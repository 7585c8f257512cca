// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why nobody serves a capability at the moment.
 *
 * @param reason in words
 * @param beganNanos when it began, by {@link System#nanoTime()}
 * @param waits whether a provider may be back soon, so that it is worth waiting for
 * @param retryAfter when to come back, or null if nobody knows
 */
record Gap(
        String reason,
        long beganNanos,
        boolean waits,
        @Nullable Duration retryAfter) {
    /** Somebody has just gone, and often comes back. */
    static Gap of(String reason, Duration park) {
        return new Gap(reason, System.nanoTime(), true, park);
    }

    /** Nobody is expected. */
    static Gap closed(String reason, @Nullable Duration retryAfter) {
        return new Gap(reason, System.nanoTime(), false, retryAfter);
    }
}
