// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import io.skep.plugin.security.identity.Checks;
import java.time.Duration;

/**
 * How the keys of an issuer are fetched and kept. Immutable.
 *
 * @param keep how long fetched keys count as fresh, up to 1 day
 * @param ahead so long before that they are fetched anew behind the scenes; with two timeouts and a half second less than
 *     {@code keep}
 * @param between at least so long between fetches for keys that are not known, 10 ms to 1 min. A second rotation within
 *     this time is answered as unavailable until it is over, so it is short
 * @param outage how long old keys serve while the issuer cannot be reached, 0 to 7 days
 * @param timeout of one fetch, answer included, 100 ms to 1 min; there may be two, as one failure is tried again
 * @param maxBytes of an answer, 1 KiB to 1 MiB; a longer one counts as a failure
 */
public record KeySettings(
        Duration keep, Duration ahead, Duration between, Duration outage, Duration timeout, int maxBytes) {
    /** 5 min, 30 s ahead, 5 s between, 4 h of outage, 3 s for an answer of 64 KiB. */
    public static final KeySettings DEFAULT = new KeySettings(
            Duration.ofMinutes(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofHours(4),
            Duration.ofSeconds(3),
            64 << 10);

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException naming what is out of bounds
     */
    public KeySettings {
        Checks.within("keep", keep, Duration.ofSeconds(1), Duration.ofDays(1));
        Checks.within("between", between, Duration.ofMillis(10), Duration.ofMinutes(1));
        Checks.within("outage", outage, Duration.ZERO, Duration.ofDays(7));
        Checks.within("timeout", timeout, Duration.ofMillis(100), Duration.ofMinutes(1));
        Checks.within("maxBytes", maxBytes, 1 << 10, 1 << 20);
        Checks.within("ahead", ahead, Duration.ofMillis(1), keep.minus(patience(timeout)));
    }

    /** How long one caller waits for the fetch of another: as long as that may take, its second try included. */
    Duration patience() {
        return patience(timeout);
    }

    private static Duration patience(Duration timeout) {
        return timeout.multipliedBy(2).plusMillis(500);
    }
}
