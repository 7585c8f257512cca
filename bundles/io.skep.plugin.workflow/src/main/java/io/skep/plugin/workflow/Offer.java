// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import io.skep.plugin.workflow.flows.FlowOffer;
import io.skep.plugin.workflow.gates.GateOffer;
import io.skep.plugin.workflow.slash.SlashOffer;
import io.skep.plugin.workflow.thinking.ThinkingOffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the plugin offers: what its parts do. */
final class Offer {
    static final List<Capability> CAPABILITIES =
            List.of(SlashOffer.CAPABILITY, GateOffer.CAPABILITY, FlowOffer.CAPABILITY, ThinkingOffer.CAPABILITY);

    private Offer() {}

    /** The name of the operation that a call of that capability means; what it says, if there is none. */
    static String operation(String capability, @Nullable String operation) {
        return CAPABILITIES.stream()
                .filter(offered -> offered.id().equals(capability))
                .flatMap(offered -> offered.operation(operation).stream())
                .map(Operation::name)
                .findFirst()
                .orElse(String.valueOf(operation));
    }
}
