// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import io.skep.plugin.monitoring.performance.Performance;
import io.skep.plugin.monitoring.scaling.ScalingOffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the plugin offers. While there is no provider, calls wait for the next: none of this is on a task's way. */
final class Offer {
    private static final Capability REAL_TIME_MONITORING = new Capability(
            Capabilities.REAL_TIME_MONITORING,
            List.of(
                    Operation.named("figures")
                            .summary(
                                    "Says how core, queues, agents, plugins, store and JVM do, each with unit and window")
                            .input(Showing.FiguresRequest.class)
                            .output(Showing.Shows.class)
                            .needs("read", "metrics")
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("monitor:figures")
                            .examples("{}", "{\"section\":\"queues\"}")
                            .build(),
                    Operation.named("alerts")
                            .summary("Says what is wrong, was wrong, or is about to be")
                            .input(AlertRequests.AlertsRequest.class)
                            .output(AlertRequests.Overview.class)
                            .needs("read", "metrics")
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("monitor:alerts")
                            .examples("{}", "{\"state\":\"firing\"}")
                            .build(),
                    Operation.named("acknowledge")
                            .summary("Says that somebody has seen an alert; it is not delivered again")
                            .input(AlertRequests.AcknowledgeRequest.class)
                            .output(AlertRequests.Done.class)
                            .needs("update", "plugin")
                            .idempotent()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("monitor:acknowledge")
                            .examples("{\"id\":\"queue-age:1\",\"note\":\"more agents come\"}")
                            .build(),
                    Operation.named("rules")
                            .summary("Says when something is wrong")
                            .input(AlertRequests.RulesRequest.class)
                            .output(AlertRequests.RulesOverview.class)
                            .needs("read", "metrics")
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("monitor:rules")
                            .examples("{}")
                            .build(),
                    Operation.named("rule")
                            .summary("Makes, replaces or forgets a rule")
                            .input(AlertRequests.RuleRequest.class)
                            .output(AlertRequests.Done.class)
                            .needs("update", "plugin")
                            .idempotent()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("monitor:rule")
                            .examples(
                                    "{\"put\":{\"name\":\"full\",\"figure\":\"skep_slots_saturation_ratio\",\"above\":0.95,\"forMillis\":60000}}",
                                    "{\"remove\":\"full\"}")
                            .build(),
                    Operation.named("deliveries")
                            .summary("Says which deliveries to the webhook have not arrived, and why")
                            .input(AlertRequests.DeliveriesRequest.class)
                            .output(AlertRequests.DeliveriesOverview.class)
                            .needs("read", "metrics")
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("monitor:deliveries")
                            .examples("{}")
                            .build(),
                    Operation.named("benchmarks")
                            .summary(
                                    "Says what benchmarks found on this machine, and what changed since the run before")
                            .input(Benchmarks.BenchmarksRequest.class)
                            .output(Benchmarks.Runs.class)
                            .needs("read", "metrics")
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("monitor:benchmarks")
                            .examples("{}", "{\"bench\":\"tasks\",\"limit\":5}")
                            .build(),
                    Operation.named("replay")
                            .summary("Tries deliveries again that were given up")
                            .input(AlertRequests.ReplayRequest.class)
                            .output(AlertRequests.Replayed.class)
                            .needs("update", "plugin")
                            .idempotent()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("monitor:replay")
                            .examples("{}")
                            .build()));

    private static final Capability TASK_PERFORMANCE = new Capability(
            Capabilities.TASK_PERFORMANCE,
            List.of(
                    Operation.named("tasks")
                            .summary("Says what tasks took and cost, by type, agent, skill or tenant")
                            .input(PerformanceRequests.TasksRequest.class)
                            .output(PerformanceRequests.Tasks.class)
                            .needs("read", "metrics")
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("performance:tasks")
                            .examples("{}", "{\"by\":\"agent\"}")
                            .build(),
                    Operation.named("regressions")
                            .summary("Says which version of an agent or a plugin made tasks slower")
                            .input(PerformanceRequests.RegressionsRequest.class)
                            .output(Performance.Regressions.class)
                            .needs("read", "metrics")
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("performance:regressions")
                            .examples("{}")
                            .build(),
                    Operation.named("slowest")
                            .summary("Says which tasks ran or waited for longest or cost most, and why")
                            .input(PerformanceRequests.SlowestRequest.class)
                            .output(PerformanceRequests.Slowest.class)
                            .needs("read", "metrics")
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("performance:slowest")
                            .examples("{}", "{\"by\":\"cost\",\"most\":5}")
                            .build(),
                    Operation.named("export")
                            .summary("Gives what tasks took and cost, as JSON or CSV")
                            .input(PerformanceRequests.ExportRequest.class)
                            .output(PerformanceRequests.Export.class)
                            .needs("read", "metrics")
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("performance:export")
                            .examples("{}", "{\"format\":\"csv\",\"by\":\"agent\"}")
                            .build()));

    static final List<Capability> CAPABILITIES =
            List.of(REAL_TIME_MONITORING, TASK_PERFORMANCE, ScalingOffer.CAPABILITY);

    private Offer() {}

    /** The operation that a call of that capability means, as {@code capability/operation}; or what it says. */
    static String named(String capability, @Nullable String operation) {
        return CAPABILITIES.stream()
                .filter(offered -> offered.id().equals(capability))
                .flatMap(offered -> offered.operation(operation).stream())
                .map(found -> capability + '/' + found.name())
                .findFirst()
                .orElse(capability + '/' + operation);
    }
}
