// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import java.time.Duration;
import java.util.List;

/** What the sessions offer. */
public final class SessionOffer {
    /** The capability {@code session_management}. */
    public static final Capability CAPABILITY = new Capability(
            Capabilities.SESSION_MANAGEMENT,
            List.of(Operation.named("list")
                    .summary("Lists sessions")
                    .input(Requests.Listing.class)
                    .output(Results.Listed.class)
                    .needs("list", "session")
                    .forAgentsToo()
                    .withinTenant()
                    .sideEffectFree()
                    .timeout(Duration.ofSeconds(2))
                    .shellCommand("session:list")
                    .examples("{}")
                    .build()));

    private SessionOffer() {}
}
