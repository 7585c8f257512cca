// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.alerts;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes of alerts of one group on their way to a webhook. Times are milliseconds since 1970.
 *
 * @param id unique, the same each time it is tried; the header {@code Skep-Delivery}
 * @param at when it came to be
 * @param group of the alerts
 * @param alerts what is delivered
 * @param attempts how often it was tried
 * @param nextAt when it is tried next
 * @param error why it did not arrive the last time, or null
 * @param dead whether it is not tried any more
 */
public record Delivery(
        String id,
        long at,
        String group,
        List<Told> alerts,
        int attempts,
        long nextAt,
        @Nullable String error,
        boolean dead) {
    /** The body of the request. */
    public record Body(String id, String at, String group, List<Told> alerts) {}

    /** An alert as it is told; times in ISO 8601. */
    public record Told(
            String what,
            String id,
            String rule,
            String severity,
            String summary,
            String since,
            double value,
            int count,
            List<String> members) {
        static Told of(Change change) {
            Alert alert = change.alert();
            return new Told(
                    change.what(),
                    alert.id(),
                    alert.rule(),
                    change.rule().urgency(),
                    change.rule().text(),
                    Instant.ofEpochMilli(alert.since()).toString(),
                    alert.value(),
                    alert.count(),
                    alert.members());
        }
    }

    Body body() {
        return new Body(id, Instant.ofEpochMilli(at).toString(), group, alerts);
    }

    /** It did not arrive, and is tried again then. */
    Delivery failed(String why, long then) {
        return new Delivery(id, at, group, alerts, attempts + 1, then, why, false);
    }

    /** It is tried again as at first, from then on. */
    Delivery revived(long then) {
        return new Delivery(id, at, group, alerts, 0, then, error, false);
    }

    /** It is given up. */
    Delivery given(String why) {
        return new Delivery(id, at, group, alerts, attempts, nextAt, why, true);
    }
}
