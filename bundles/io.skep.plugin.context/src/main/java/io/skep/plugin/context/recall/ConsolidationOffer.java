// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import java.time.Duration;
import java.util.List;

/** What consolidation offers. While there is no provider, calls wait for the next: none of this is on a task's way. */
public final class ConsolidationOffer {
    private static final Duration LONGEST = Duration.ofSeconds(4);

    /** The capability {@code context_consolidation}. */
    public static final Capability CAPABILITY = new Capability(
            Capabilities.CONTEXT_CONSOLIDATION,
            List.of(
                    Operation.named("consolidate")
                            .summary("Makes the context of a session smaller without losing what matters")
                            .input(Requests.Consolidate.class)
                            .output(Results.Consolidation.class)
                            .needs("update", "session")
                            .forAgentsToo()
                            .withinTenant()
                            .idempotent()
                            .timeout(LONGEST)
                            .shellCommand("context:consolidate")
                            .examples("{\"session\":\"example\",\"level\":\"deep\"}")
                            .build(),
                    Operation.named("diff")
                            .summary("Says what is not in a context any more, or not as it was, and why")
                            .input(Requests.Diff.class)
                            .output(Results.Differences.class)
                            .needs("read", "session")
                            .forAgentsToo()
                            .withinTenant()
                            .sideEffectFree()
                            .timeout(LONGEST)
                            .shellCommand("context:diff")
                            .examples("{\"session\":\"example\",\"limit\":10}")
                            .build(),
                    Operation.named("recall")
                            .summary("Finds what was ever appended and fits a question, by words and by meaning")
                            .input(Requests.Recall.class)
                            .output(Results.Recalled.class)
                            .needs("read", "session")
                            .forAgentsToo()
                            .withinTenant()
                            .sideEffectFree()
                            .timeout(LONGEST)
                            .shellCommand("context:recall")
                            .examples("{\"query\":\"Which colour has the door?\"}")
                            .build(),
                    Operation.named("status")
                            .summary("Says how consolidation goes, and what its levels do")
                            .input(Requests.Status.class)
                            .output(Results.Status.class)
                            .needs("read", "session")
                            .sideEffectFree()
                            .shellCommand("context:status")
                            .examples("{}")
                            .build()));

    private ConsolidationOffer() {}
}
