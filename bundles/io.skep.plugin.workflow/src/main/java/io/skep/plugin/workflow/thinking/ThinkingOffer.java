// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import java.time.Duration;
import java.util.List;

/** What {@code extended_thinking} offers. Calls wait for a provider, so that a swap loses no thinking. */
public final class ThinkingOffer {
    private static final String DESCRIPTION =
            "{\"description\":\"Decide whether to split the billing service, and compare the alternatives\"";

    /** The capability. */
    public static final Capability CAPABILITY = new Capability(
            Capabilities.EXTENDED_THINKING,
            List.of(
                    Operation.named("think")
                            .summary("Lets agents think about a task or a question, and puts together what they say")
                            .input(Requests.Think.class)
                            .output(Answers.Thought.class)
                            .idempotent()
                            .timeout(Operation.MAX_TIMEOUT)
                            .needs("create", "task")
                            .withinTenant()
                            .shellCommand("think:run")
                            .examples(
                                    DESCRIPTION + "}",
                                    DESCRIPTION + ",\"depth\":\"deep\",\"timeoutSeconds\":60}",
                                    "{\"task\":\"00-0000000000000000000000\"}",
                                    "{}")
                            .build(),
                    Operation.named("result")
                            .summary("Says how far a thinking is, and what it came to")
                            .input(Requests.ById.class)
                            .output(Answers.Thought.class)
                            .sideEffectFree()
                            .needs("read", "task")
                            .withinTenant()
                            .shellCommand("think:result")
                            .examples("{\"id\":\"d-1\"}")
                            .build(),
                    Operation.named("consider")
                            .summary("Says whether a task may start, or is thought about first")
                            .input(Requests.Consider.class)
                            .output(Answers.Considered.class)
                            .idempotent()
                            .timeout(Duration.ofSeconds(3))
                            .needs("create", "task")
                            .withinTenant()
                            .shellCommand("think:consider")
                            .examples("{\"task\":\"00-0000000000000000000000\",\"stage\":\"before\"}")
                            .build()));

    private ThinkingOffer() {}
}
