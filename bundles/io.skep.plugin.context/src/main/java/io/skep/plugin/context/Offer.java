// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import io.skep.plugin.context.recall.ConsolidationOffer;
import io.skep.plugin.context.sessions.SessionOffer;
import io.skep.plugin.context.sleep.SleepOffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the plugin offers: what its parts do. */
final class Offer {
    static final List<Capability> CAPABILITIES =
            List.of(SessionOffer.CAPABILITY, ConsolidationOffer.CAPABILITY, SleepOffer.CAPABILITY);

    private Offer() {}

    /** The name of the operation that a call of that capability means; null if there is none. */
    static @Nullable String operation(String capability, @Nullable String operation) {
        return CAPABILITIES.stream()
                .filter(offered -> offered.id().equals(capability))
                .flatMap(offered -> offered.operation(operation).stream())
                .map(Operation::name)
                .findFirst()
                .orElse(null);
    }
}
