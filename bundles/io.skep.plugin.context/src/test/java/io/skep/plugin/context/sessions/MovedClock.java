// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The time of day, moved on. */
final class MovedClock extends Clock {
    private volatile Duration moved = Duration.ZERO;

    void move(Duration on) {
        moved = moved.plus(on);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(moved);
    }
}
