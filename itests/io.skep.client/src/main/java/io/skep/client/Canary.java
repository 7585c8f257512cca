// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import java.time.Duration;
import java.util.Objects;

/**
 * How an upgrade is compared with the version that serves.
 *
 * @param percent its share of the calls, 1 to 100
 * @param calls how many calls it must have ended
 * @param atMost how long it is tried; zero promotes it without a comparison
 */
public record Canary(int percent, int calls, Duration atMost) {
    /** What the server does when nothing is said. */
    public static final Canary DEFAULT = new Canary(10, 200, Duration.ofSeconds(30));

    /** No comparison. */
    public static final Canary NONE = new Canary(10, 200, Duration.ZERO);

    public Canary {
        Objects.requireNonNull(atMost);
    }
}
