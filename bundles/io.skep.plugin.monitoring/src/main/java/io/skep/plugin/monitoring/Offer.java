// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import io.skep.plugin.monitoring.scaling.ScalingOffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the plugin offers. While there is no provider, calls wait for the next: none of this is on a task's way. */
final class Offer {
    private static final Capability REAL_TIME_MONITORING = new Capability(
            Capabilities.REAL_TIME_MONITORING,
            List.of(Operation.named("figures")
                    .summary("Says how core, queues, agents, plugins, store and JVM do, each with unit and window")
                    .input(Showing.FiguresRequest.class)
                    .output(Showing.Shows.class)
                    .needs("read", "metrics")
                    .sideEffectFree()
                    .timeout(Duration.ofSeconds(2))
                    .shellCommand("monitor:figures")
                    .examples("{}", "{\"section\":\"queues\"}")
                    .build()));

    static final List<Capability> CAPABILITIES = List.of(REAL_TIME_MONITORING, ScalingOffer.CAPABILITY);

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
