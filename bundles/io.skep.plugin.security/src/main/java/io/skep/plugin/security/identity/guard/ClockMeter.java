// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.guard;

import io.github.bucket4j.TimeMeter;
import io.skep.plugin.security.identity.Nanos;
import java.time.Clock;

/**
 * Tells the buckets the time.
 *
 * @param clock by which
 */
record ClockMeter(Clock clock) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
        return Nanos.of(clock);
    }

    @Override
    public boolean isWallClockBased() {
        return true;
    }
}
