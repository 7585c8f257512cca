// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OperationBuilder;
import java.time.Duration;
import java.util.List;

/** What is offered. */
public final class SleepOffer {
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final String NOBODY = "{\"agent\":\"nobody-has-this\"}";
    private static final String POLICY = "{\"name\":\"nights\",\"agents\":[\"nobody-has-this\"],\"idleMillis\":600000,"
            + "\"from\":\"0 22 * * *\",\"until\":\"0 6 * * *\",\"zone\":\"Europe/Berlin\"}";

    /** The capability {@code sleep_wake_cycles}. */
    public static final Capability CAPABILITY = new Capability(
            Capabilities.SLEEP_WAKE_CYCLES,
            List.of(
                    reading("status", "Says who sleeps, who is about to and who never does", Requests.Which.class)
                            .output(Results.Status.class)
                            .shellCommand("sleep:status")
                            .examples("{}", NOBODY)
                            .build(),
                    changing("sleep", "Lets an agent fall asleep", Requests.One.class)
                            .output(Results.Changed.class)
                            .shellCommand("sleep:begin")
                            .examples(NOBODY)
                            .build(),
                    changing("wake", "Wakes an agent, or keeps it awake", Requests.One.class)
                            .output(Results.Changed.class)
                            .shellCommand("sleep:end")
                            .examples(NOBODY)
                            .build(),
                    changing("pin", "Lets an agent never sleep", Requests.One.class)
                            .output(Results.Done.class)
                            .shellCommand("sleep:pin")
                            .examples(NOBODY)
                            .build(),
                    changing("unpin", "Lets an agent sleep again that was pinned", Requests.One.class)
                            .output(Results.Done.class)
                            .shellCommand("sleep:unpin")
                            .examples(NOBODY)
                            .build(),
                    reading("policies", "Lists when agents sleep", Requests.Nothing.class)
                            .output(Results.Policies.class)
                            .shellCommand("sleep:policies")
                            .examples("{}")
                            .build(),
                    Operation.named("policy")
                            .summary("Says when agents sleep, in place of the policy of the same name")
                            .input(Policy.class)
                            .output(Results.Done.class)
                            .needs("update", "config")
                            .idempotent()
                            .timeout(TWO_SECONDS)
                            .shellCommand("sleep:policy")
                            .examples(POLICY)
                            .build(),
                    Operation.named("forget")
                            .summary("Removes a policy")
                            .input(Requests.ByName.class)
                            .output(Results.Done.class)
                            .needs("update", "config")
                            .idempotent()
                            .timeout(TWO_SECONDS)
                            .shellCommand("sleep:forget")
                            .examples("{\"name\":\"nobody-has-this\"}")
                            .build(),
                    changing("message", "Tells an agent something, and wakes it if it sleeps", Requests.Message.class)
                            .output(Results.Changed.class)
                            .shellCommand("sleep:message")
                            .examples("{\"agent\":\"nobody-has-this\",\"text\":\"the build is green\"}")
                            .build(),
                    reading("meanwhile", "Says what happened while an agent slept", Requests.Step.class)
                            .output(Results.Meanwhile.class)
                            .forAgentsToo()
                            .shellCommand("sleep:meanwhile")
                            .examples(NOBODY)
                            .build(),
                    step("prepare", "Keeps safe what an agent knows; core asks for it before the agent sleeps"),
                    step("restore", "Makes sure that an agent knows what it knew; core asks before it gets tasks")));

    private SleepOffer() {}

    private static OperationBuilder reading(String name, String summary, Class<? extends Record> input) {
        return Operation.named(name)
                .summary(summary)
                .input(input)
                .needs("read", "agent")
                .sideEffectFree()
                .timeout(TWO_SECONDS);
    }

    private static OperationBuilder changing(String name, String summary, Class<? extends Record> input) {
        return Operation.named(name)
                .summary(summary)
                .input(input)
                .needs("sleep", "agent")
                .idempotent()
                .timeout(TWO_SECONDS);
    }

    private static Operation step(String name, String summary) {
        return Operation.named(name)
                .summary(summary)
                .input(Requests.Step.class)
                .output(Results.Step.class)
                .needs("sleep", "agent")
                .idempotent()
                .timeout(Operation.MAX_TIMEOUT)
                .examples(NOBODY)
                .build();
    }
}
