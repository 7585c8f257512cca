// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.alerts;

import java.util.List;
import java.util.Map;

/** The rules that are there without being made. */
public final class BuiltIn {
    private static final String OBJECTIVES = "objectives";

    private BuiltIn() {}

    /**
     * All of them.
     *
     * @param queueAgeSeconds how long the oldest task of a queue may wait
     * @param queueAgeForMillis for how long it may be so
     * @param anomalies whether anomalies are told
     */
    public static List<Rule> rules(double queueAgeSeconds, long queueAgeForMillis, boolean anomalies) {
        return List.of(
                Rule.above(
                                "queue-age",
                                "skep_queue_age_seconds",
                                queueAgeSeconds,
                                queueAgeForMillis,
                                "page",
                                "tasks wait too long, in seconds")
                        .of(Map.of(), "queues"),
                Rule.above("stuck-tasks", "skep_tasks_stuck", 0, 0, "ticket", "nothing is heard of tasks that began")
                        .of(Map.of(), "tasks"),
                burn("burn-page", "page", "an error budget is used up within hours or days"),
                burn("burn-ticket", "ticket", "an error budget is used up before its time"),
                Rule.above("anomaly", "skep_anomaly_score", 3.5, 30_000, "info", "something is not as it was")
                        .of(Map.of(), "anomalies")
                        .off(!anomalies));
    }

    private static Rule burn(String name, String severity, String summary) {
        return Rule.above(name, "skep_objective_burning", 0, 0, severity, summary)
                .of(Map.of("severity", severity), OBJECTIVES);
    }
}
