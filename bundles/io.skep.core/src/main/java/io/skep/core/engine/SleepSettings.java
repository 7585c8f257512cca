// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import java.time.Duration;

/**
 * How long agents may take to fall asleep and to wake; see {@link io.skep.core.CoreConfig}.
 *
 * @param prepare to end what they have and to be prepared
 * @param confirm for a pull agent to say that it sleeps, once it was told to
 * @param wake to be back
 */
public record SleepSettings(Duration prepare, Duration confirm, Duration wake) {
    /** What the configuration says by default. */
    public static final SleepSettings DEFAULT =
            new SleepSettings(Duration.ofMinutes(5), Duration.ofMinutes(1), Duration.ofMinutes(1));
}
