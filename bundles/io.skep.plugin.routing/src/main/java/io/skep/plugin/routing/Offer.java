// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the plugin offers. While there is no provider a call waits for the next one, as long as core lets it. */
final class Offer {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final String TASK = "{\"description\":\"review the change to the login page\"}";

    private static final Capability ROUTING = new Capability(
            Capabilities.SEMANTIC_ROUTING,
            List.of(
                    Operation.named("route")
                            .summary("Picks the agent that fits a task best, and says why")
                            .input(SemanticRouting.RouteRequest.class)
                            .output(SemanticRouting.Decision.class)
                            .timeout(TIMEOUT)
                            .shellCommand("routing:route")
                            .examples(
                                    TASK,
                                    "{\"description\":\"now fix that\",\"skills\":[],\"task\":\"00-1\",\"parent\":\"00-0\","
                                            + "\"tenant\":\"default\",\"limit\":3}")
                            .build(),
                    Operation.named("route_preview")
                            .summary("Says whom a task would go to, without effect")
                            .input(SemanticRouting.RouteRequest.class)
                            .output(SemanticRouting.Decision.class)
                            .sideEffectFree()
                            .timeout(TIMEOUT)
                            .shellCommand("routing:preview")
                            .examples(TASK)
                            .build(),
                    Operation.named("similar")
                            .summary("Finds past tasks like one, with what became of them")
                            .input(SemanticRouting.SimilarRequest.class)
                            .output(SemanticRouting.SimilarAnswer.class)
                            .sideEffectFree()
                            .timeout(TIMEOUT)
                            .shellCommand("routing:similar")
                            .examples("{\"description\":\"review the change\",\"k\":3}")
                            .build()));

    private static final Capability PROFILING = new Capability(
            Capabilities.AGENT_PROFILING,
            List.of(
                    Operation.named("profile")
                            .summary("Says what an agent is good at, from the outcomes of its tasks")
                            .input(AgentProfiling.ProfileRequest.class)
                            .output(AgentProfiling.AgentProfile.class)
                            .sideEffectFree()
                            .timeout(TIMEOUT)
                            .shellCommand("routing:profile")
                            .examples("{\"agent\":\"alice\"}")
                            .build(),
                    Operation.named("export")
                            .summary("Profiles of many agents, page by page")
                            .input(AgentProfiling.ExportRequest.class)
                            .output(AgentProfiling.Exported.class)
                            .sideEffectFree()
                            .timeout(Operation.MAX_TIMEOUT)
                            .shellCommand("routing:export")
                            .examples("{}", "{\"after\":\"alice\",\"limit\":10}")
                            .build()));

    private static final Capability LEARNING = new Capability(
            Capabilities.PERFORMANCE_LEARNING,
            List.of(
                    Operation.named("record")
                            .summary("Says what became of a decision, once")
                            .input(PerformanceLearning.RecordRequest.class)
                            .output(PerformanceLearning.Recorded.class)
                            .idempotent()
                            .shellCommand("routing:record")
                            .examples("{\"decisionId\":\"none\",\"outcome\":0.5,\"rating\":3}")
                            .build(),
                    Operation.named("status")
                            .summary("Weights, trust in descriptions, exploration, and what is waited for")
                            .input(PerformanceLearning.StatusRequest.class)
                            .output(PerformanceLearning.Status.class)
                            .sideEffectFree()
                            .shellCommand("routing:status")
                            .examples("{}")
                            .build(),
                    Operation.named("reset")
                            .summary("Forgets everything that was learned")
                            .input(PerformanceLearning.ResetRequest.class)
                            .output(PerformanceLearning.Status.class)
                            .idempotent()
                            .shellCommand("routing:reset")
                            .examples("{\"confirm\":\"no\"}")
                            .build()));

    static final List<Capability> CAPABILITIES = List.of(ROUTING, PROFILING, LEARNING);

    private Offer() {}

    /** Capability and operation by name, the default one for null; empty if there is none. */
    static String named(String capability, @Nullable String operation) {
        return CAPABILITIES.stream()
                .filter(offered -> offered.id().equals(capability))
                .flatMap(offered -> offered.operation(operation).stream())
                .map(offered -> capability + '/' + offered.name())
                .findFirst()
                .orElse("");
    }
}
