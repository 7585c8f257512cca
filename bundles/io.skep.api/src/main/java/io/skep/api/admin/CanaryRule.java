// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import io.skep.api.Refusal;
import java.time.Duration;

/**
 * How a new generation is compared with the one that serves: it gets a share of the calls until it has ended enough of
 * them, and is rolled back when its share of failed calls exceeds the old one's by two percentage points, or when its median
 * or its 99th percentile of time is twice the old one's by more than chance ({@code docs/plugins.md} has the whole rule).
 * When the time is over first, what was seen until then decides.
 *
 * @param sharePercent its share of the calls, 1 to 100
 * @param calls how many it must have ended, 1 to 1,000,000
 * @param atMost how long it is tried, at most one hour; zero promotes it without a comparison
 */
public record CanaryRule(int sharePercent, int calls, Duration atMost) {
    /** A tenth of the calls, 200 calls, half a minute. */
    public static final CanaryRule DEFAULT = new CanaryRule(10, 200, Duration.ofSeconds(30));

    public CanaryRule {
        if (sharePercent < 1 || sharePercent > 100) {
            throw Refusal.invalid("canaryPercent", "a canary's share is 1 to 100 percent");
        }
        if (calls < 1 || calls > 1_000_000) {
            throw Refusal.invalid("canaryCalls", "a canary needs 1 to 1,000,000 calls");
        }
        if (atMost.isNegative() || atMost.compareTo(Duration.ofHours(1)) > 0) {
            throw Refusal.invalid("canaryTime", "a canary lasts at most one hour");
        }
    }
}
