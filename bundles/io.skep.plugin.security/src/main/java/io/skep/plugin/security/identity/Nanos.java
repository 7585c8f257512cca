// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** A clock in nanoseconds, for the libraries that want them. */
public final class Nanos {
    private Nanos() {}

    /** Nanoseconds since 1970, which fit until the year 2262. */
    public static long of(Clock clock) {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
