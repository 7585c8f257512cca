// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.guard;

import io.skep.plugin.security.identity.Checks;
import java.time.Duration;

/**
 * How guessing is slowed down. Immutable.
 *
 * @param free failures that cost nothing
 * @param first lock, after the next one; each further failure doubles it
 * @param longest lock
 * @param forget after so long without a failure all of them are forgotten; longer than the longest lock
 * @param tracked addresses, and clients, whose failures are counted, at most; the one that failed last the longest time ago
 *     gives way
 */
public record LockoutSettings(int free, Duration first, Duration longest, Duration forget, long tracked) {
    /** 5 free, then 1 s, 2 s, 4 s … 15 min, forgotten after an hour; 100,000 of each. */
    public static final LockoutSettings DEFAULT =
            new LockoutSettings(5, Duration.ofSeconds(1), Duration.ofMinutes(15), Duration.ofHours(1), 100_000);

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException naming what is out of bounds
     */
    public LockoutSettings {
        Checks.within("free", free, 0, 1000);
        Checks.within("first", first, Duration.ofMillis(1), Duration.ofMinutes(1));
        Checks.within("longest", longest, first, Duration.ofDays(1));
        Checks.within("forget", forget, longest, Duration.ofDays(7));
        Checks.within("tracked", tracked, 1, 1_000_000);
    }
}
