// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the plugin offers. While there is no provider, calls wait for the next: none of this is on a task's way. */
final class Offer {
    private static final Capability AGENT_REQUESTS = new Capability(
            Capabilities.AGENT_REQUESTS,
            List.of(
                    Operation.named("request")
                            .summary("Finds an agent for a task, and can hold a slot of it for a while")
                            .input(AgentRequests.Request.class)
                            .output(AgentRequests.Offered.class)
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("coordination:request")
                            .examples(
                                    "{\"skills\":[\"review\"]}",
                                    "{\"description\":\"review the change\",\"skills\":[\"review\"],"
                                            + "\"preferredAgent\":\"alice\",\"priority\":7,\"reserveMillis\":10000,"
                                            + "\"timeoutMillis\":60000}")
                            .build(),
                    Operation.named("release")
                            .summary("Gives a slot back that was held for a task")
                            .input(AgentRequests.Release.class)
                            .output(AgentRequests.Released.class)
                            .idempotent()
                            .shellCommand("coordination:release")
                            .examples("{\"reservation\":\"none\"}")
                            .build()));

    private static final Capability TASK_MAPPING = new Capability(
            Capabilities.TASK_MAPPING,
            List.of(
                    Operation.named("lookup")
                            .summary("Says which agent holds a task, or which tasks an agent holds")
                            .input(TaskMapping.Lookup.class)
                            .output(TaskMapping.Found.class)
                            .sideEffectFree()
                            .shellCommand("coordination:lookup")
                            .examples("{\"agent\":\"alice\"}", "{\"task\":\"00-0000000000000000000000\"}")
                            .build(),
                    Operation.named("verify")
                            .summary("Compares the mapping of tasks and agents with the log")
                            .input(TaskMapping.Verify.class)
                            .output(TaskMapping.Verified.class)
                            .sideEffectFree()
                            .timeout(Operation.MAX_TIMEOUT)
                            .shellCommand("coordination:verify")
                            .examples("{}", "{\"examples\":3}")
                            .build()));

    private static final Capability WORKLOAD_ANALYSIS = new Capability(
            Capabilities.WORKLOAD_ANALYSIS,
            List.of(
                    Operation.named("analyze")
                            .summary(
                                    "Says what each agent and the fleet have to do, and who has too much or too little")
                            .input(WorkloadAnalysis.Analyze.class)
                            .output(WorkloadAnalysis.Analysis.class)
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("coordination:analyze")
                            .examples("{}", "{\"agent\":\"alice\"}")
                            .build(),
                    Operation.named("optimize")
                            .summary(
                                    "Moves tasks that have not begun from agents with too much to those with too little")
                            .input(Balance.Optimize.class)
                            .output(Balance.Optimized.class)
                            .timeout(Operation.MAX_TIMEOUT)
                            .shellCommand("coordination:optimize")
                            .examples("{\"execute\":false}", "{\"execute\":true,\"maxMoves\":50}")
                            .build()));

    static final List<Capability> CAPABILITIES = List.of(AGENT_REQUESTS, TASK_MAPPING, WORKLOAD_ANALYSIS);

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
