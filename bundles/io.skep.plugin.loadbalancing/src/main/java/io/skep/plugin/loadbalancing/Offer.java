// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the plugin offers. While there is no provider, calls wait for the next: none of this is on a task's way, and core is
 * advised without a call.
 */
final class Offer {
    private static final Capability ADAPTIVE_BALANCING = new Capability(
            Capabilities.ADAPTIVE_BALANCING,
            List.of(
                    Operation.named("assign")
                            .summary("Chooses an agent by a strategy, and sends a task there or holds a slot for one")
                            .input(Assigning.AssignRequest.class)
                            .output(Assigning.Assigned.class)
                            .needs("update", "agent")
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("balance:assign")
                            .examples(
                                    "{\"skills\":[\"review\"]}",
                                    "{\"skills\":[\"review\"],\"strategy\":\"prequal\",\"reserveMillis\":1000}")
                            .build(),
                    Operation.named("show")
                            .summary("Says which strategy is in use, how each does, and what core is advised")
                            .input(ShowRequest.class)
                            .output(Standing.class)
                            .needs("read", "agent")
                            .sideEffectFree()
                            .shellCommand("balance:show")
                            .examples("{}")
                            .build(),
                    Operation.named("health")
                            .summary("Says how the agents do: silent, slow, failing, ejected or well, and why")
                            .input(AgentHealth.HealthRequest.class)
                            .output(AgentHealth.Overview.class)
                            .needs("read", "agent")
                            .sideEffectFree()
                            .shellCommand("balance:health")
                            .examples("{}", "{\"agent\":\"alice\"}")
                            .build()));

    private static final Capability CAPACITY_MANAGEMENT = new Capability(
            Capabilities.CAPACITY_MANAGEMENT,
            List.of(
                    Operation.named("capacity")
                            .summary("Says how much the agents can do, as they show, and how much is asked of them")
                            .input(Capacity.CapacityRequest.class)
                            .output(Capacity.FleetCapacity.class)
                            .needs("read", "agent")
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("balance:capacity")
                            .examples("{}", "{\"agent\":\"alice\"}")
                            .build(),
                    Operation.named("forecast")
                            .summary("Says how many tasks are expected to come, with intervals")
                            .input(Capacity.ForecastRequest.class)
                            .output(Capacity.Expected.class)
                            .needs("read", "agent")
                            .sideEffectFree()
                            .shellCommand("balance:forecast")
                            .examples("{}")
                            .build(),
                    Operation.named("what_if")
                            .summary("Says how long tasks would wait with other slots, times or arrivals")
                            .input(Capacity.Supposition.class)
                            .output(Capacity.Supposed.class)
                            .needs("read", "agent")
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("balance:what-if")
                            .examples("{\"arrivalsPerMinute\":60,\"taskMillis\":4000,\"slots\":5}")
                            .build()));

    private static final Capability RESOURCE_OPTIMIZATION = new Capability(
            Capabilities.RESOURCE_OPTIMIZATION,
            List.of(
                    Operation.named("preview")
                            .summary("Says which agents it would give fewer or more slots, and why; does nothing")
                            .input(Optimizations.AgentRequest.class)
                            .output(Optimizations.Preview.class)
                            .needs("read", "agent")
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("balance:preview")
                            .examples("{}", "{\"agent\":\"alice\"}")
                            .build(),
                    Operation.named("apply")
                            .summary(
                                    "Does now what it would do, within the bounds of the policy; what does not help is undone")
                            .input(Optimizations.AgentRequest.class)
                            .output(Optimizations.Applied.class)
                            .needs("update", "agent")
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("balance:apply")
                            .examples("{}", "{\"agent\":\"alice\"}")
                            .build(),
                    Operation.named("actions")
                            .summary("Lists what was done about agents' slots, with the effect that was measured")
                            .input(Optimizations.AgentRequest.class)
                            .output(Optimizations.Overview.class)
                            .needs("read", "agent")
                            .sideEffectFree()
                            .shellCommand("balance:actions")
                            .examples("{}", "{\"agent\":\"alice\"}")
                            .build(),
                    Operation.named("undo")
                            .summary(
                                    "Gives an agent the slots that it had before an action, and leaves it alone for an hour")
                            .input(Optimizations.UndoRequest.class)
                            .output(Action.Shown.class)
                            .needs("update", "agent")
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("balance:undo")
                            .examples("{\"id\":1}")
                            .build(),
                    Operation.named("policy")
                            .summary("Says how much is done without being asked, or changes it: act or propose")
                            .input(Optimizations.PolicyRequest.class)
                            .output(Optimizations.Policy.class)
                            .needs("update", "agent")
                            .idempotent()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("balance:policy")
                            .examples("{}", "{\"mode\":\"propose\"}")
                            .build()));

    static final List<Capability> CAPABILITIES =
            List.of(ADAPTIVE_BALANCING, CAPACITY_MANAGEMENT, RESOURCE_OPTIMIZATION);

    /** Nothing needs to be said. */
    record ShowRequest() {}

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
