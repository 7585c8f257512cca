// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When something is told, and to whom. Immutable.
 *
 * @param queueAgeSeconds for how long the oldest task of a queue may wait
 * @param queueForMillis for how long that may be exceeded
 * @param anomalies whether anomalies are told
 * @param repeatMillis after which what fires still is delivered again
 * @param webhook where deliveries go, or null for nowhere
 * @param timeout for one attempt at one
 * @param attempts at one
 * @param pending deliveries that wait at most
 */
record AlertSettings(
        double queueAgeSeconds,
        long queueForMillis,
        boolean anomalies,
        long repeatMillis,
        @Nullable URI webhook,
        Duration timeout,
        int attempts,
        int pending) {
    static final AlertSettings DEFAULT =
            new AlertSettings(300, 60_000, false, 14_400_000, null, Duration.ofSeconds(5), 12, 1_000);
}
