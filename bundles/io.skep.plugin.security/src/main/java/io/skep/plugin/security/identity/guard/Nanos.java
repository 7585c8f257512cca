// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.guard;

import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * A clock in nanoseconds, for the libraries that want them.
 *
 * @param clock which
 */
record Nanos(Clock clock) implements TimeMeter {
    long read() {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    @Override
    public long currentTimeNanos() {
        return read();
    }

    @Override
    public boolean isWallClockBased() {
        return true;
    }
}
