// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.monitoring.alerts.Alert;
import io.skep.plugin.monitoring.alerts.Delivery;
import io.skep.plugin.monitoring.alerts.Rule;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is asked about alerts, and what is answered. Stateless. */
final class AlertRequests {
    private static final List<String> STATES = List.of("pending", "firing", "resolved");
    private static final int MOST = 200;

    private AlertRequests() {}

    /**
     * Which alerts.
     *
     * @param state pending, firing or resolved; absent for all
     */
    record AlertsRequest(@Nullable String state) {
        AlertsRequest {
            Inputs.oneOf("state", state, STATES);
        }
    }

    /**
     * An alert; times in ISO 8601.
     *
     * @param id by which it is acknowledged; absent while it is pending
     * @param rule that is or was broken
     * @param state pending, firing or resolved
     * @param since when the rule was broken
     * @param firedAt when it was told
     * @param resolvedAt when it was over
     * @param value the worst figure
     * @param members figures that are out of bounds, at most 10
     * @param count how many they are
     * @param acknowledgedBy who has seen it
     * @param note what they said
     */
    record Shown(
            @Nullable String id,
            String rule,
            String state,
            String since,
            @Nullable String firedAt,
            @Nullable String resolvedAt,
            double value,
            List<String> members,
            int count,
            @Nullable String acknowledgedBy,
            @Nullable String note) {}

    /** Alerts, those that fire first, then the newest first. */
    record Overview(List<Shown> alerts, int firing) {}

    static Overview overview(AlertsRequest asked, List<Alert> all, Map<String, Alert.Acknowledgement> acknowledged) {
        int firing = (int) all.stream()
                .filter(alert -> alert.state() == Alert.State.FIRING)
                .count();
        List<Shown> shown = all.stream()
                .filter(alert -> asked.state() == null || wire(alert).equals(asked.state()))
                .sorted(Comparator.comparing((Alert alert) -> alert.state() != Alert.State.FIRING)
                        .thenComparing(Comparator.comparingLong(Alert::since).reversed()))
                .limit(MOST)
                .map(alert -> shown(alert, acknowledged.get(alert.id())))
                .toList();
        return new Overview(shown, firing);
    }

    private static String wire(Alert alert) {
        return alert.state().name().toLowerCase(Locale.ROOT);
    }

    private static Shown shown(Alert alert, Alert.@Nullable Acknowledgement by) {
        return new Shown(
                alert.id().isEmpty() ? null : alert.id(),
                alert.rule(),
                wire(alert),
                Instant.ofEpochMilli(alert.since()).toString(),
                time(alert.firedAt()),
                time(alert.resolvedAt()),
                alert.value(),
                alert.members(),
                alert.count(),
                by == null ? null : by.by(),
                by == null ? null : by.note());
    }

    private static @Nullable String time(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
    }

    /**
     * Which alert is acknowledged.
     *
     * @param id of a firing one
     * @param note in words
     */
    record AcknowledgeRequest(String id, @Nullable String note) {
        AcknowledgeRequest {
            Inputs.text("id", Inputs.required("id", id), 128);
            Inputs.text("note", note, 500);
        }
    }

    /** What was done to what. */
    record Done(String name, String what) {}

    /** Nothing needs to be said. */
    record RulesRequest() {}

    /**
     * Every rule.
     *
     * @param rules in force, or off
     * @param made the names of those that were made, or replaced, by a call
     */
    record RulesOverview(List<Rule> rules, List<String> made) {}

    /**
     * A rule to be made, or the name of one that is to be forgotten.
     *
     * @param put the rule
     * @param remove the name
     */
    record RuleRequest(@Nullable Rule put, @Nullable String remove) {
        RuleRequest {
            if ((put == null) == (remove == null)) {
                throw new Declination("either \"put\" or \"remove\" must be said");
            }
        }
    }

    /** Nothing needs to be said. */
    record DeliveriesRequest() {}

    /**
     * A delivery; times in ISO 8601.
     *
     * @param id the header {@code Skep-Delivery}
     * @param group of its alerts
     * @param at when it came to be
     * @param alerts the ids of its alerts
     * @param attempts how often it was tried
     * @param nextAt when it is tried next
     * @param error why it did not arrive
     * @param dead whether it is given up
     */
    record Sent(
            String id,
            String group,
            String at,
            List<String> alerts,
            int attempts,
            String nextAt,
            @Nullable String error,
            boolean dead) {}

    /**
     * Deliveries that have not arrived, the oldest first, at most 200.
     *
     * @param webhook whether there is one
     * @param waiting how many are to be tried
     * @param dead how many are given up
     */
    record DeliveriesOverview(boolean webhook, long waiting, long dead, List<Sent> deliveries) {}

    /**
     * Which dead deliveries are tried again.
     *
     * @param id of one; absent for all
     */
    record ReplayRequest(@Nullable String id) {
        ReplayRequest {
            Inputs.text("id", id, 200);
        }
    }

    /** The ids of those that are tried again. */
    record Replayed(List<String> deliveries) {}

    static DeliveriesOverview deliveries(List<Delivery> all, boolean webhook) {
        List<Sent> sent = all.stream()
                .limit(MOST)
                .map(one -> new Sent(
                        one.id(),
                        one.group(),
                        Instant.ofEpochMilli(one.at()).toString(),
                        one.alerts().stream().map(Delivery.Told::id).toList(),
                        one.attempts(),
                        Instant.ofEpochMilli(one.nextAt()).toString(),
                        one.error(),
                        one.dead()))
                .toList();
        long dead = all.stream().filter(Delivery::dead).count();
        return new DeliveriesOverview(webhook, all.size() - dead, dead, sent);
    }
}
