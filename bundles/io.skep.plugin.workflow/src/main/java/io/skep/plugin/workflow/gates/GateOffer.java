// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OperationBuilder;
import java.time.Duration;
import java.util.List;

/** What {@code quality_gates} offers. Calls wait for a provider, so that a swap turns no check away. */
public final class GateOffer {
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final String GATE =
            "{\"name\":\"answers\",\"description\":\"an answer with enough confidence\",\"enabled\":false,"
                    + "\"checks\":[{\"name\":\"shape\",\"kind\":\"schema\",\"schema\":{\"type\":\"object\","
                    + "\"required\":[\"answer\"]}},{\"kind\":\"threshold\",\"pointer\":\"/confidence\",\"min\":0.8}]}";

    /** The capability. */
    public static final Capability CAPABILITY = new Capability(
            Capabilities.QUALITY_GATES,
            List.of(
                    evaluate(),
                    of("result", "Says how far an evaluation is, and its verdict", Requests.ById.class, "gate:result")
                            .needs("read", "gate")
                            .withinTenant()
                            .output(Answers.Verdict.class)
                            .sideEffectFree()
                            .examples("{\"id\":\"e-1\"}")
                            .build(),
                    of(
                                    "check",
                                    "Puts a task through all gates that are for it, before or after execution",
                                    Requests.Check.class,
                                    "gate:check")
                            .needs("evaluate", "gate")
                            .withinTenant()
                            .output(Answers.Verdict.class)
                            .idempotent()
                            .timeout(Operation.MAX_TIMEOUT)
                            .examples("{\"task\":\"00-0000000000000000000000\",\"stage\":\"after\"}")
                            .build(),
                    decision("approve", "Approves what waits for a decision"),
                    decision("reject", "Rejects what waits for a decision"),
                    of(
                                    "waiting",
                                    "Lists what waits for a decision, and shows it",
                                    Requests.Nothing.class,
                                    "gate:waiting")
                            .needs("list", "gate")
                            .withinTenant()
                            .output(Answers.Waiting.class)
                            .sideEffectFree()
                            .examples("{}")
                            .build(),
                    of("define", "Makes a gate, or a new version of it", GateSpec.class, "gate:define")
                            .needs("update", "gate")
                            .output(Answers.Changed.class)
                            .idempotent()
                            .timeout(Operation.MAX_TIMEOUT)
                            .examples(GATE)
                            .build(),
                    of("list", "Lists the gates", Requests.Nothing.class, "gate:list")
                            .needs("list", "gate")
                            .withinTenant()
                            .output(Answers.Gates.class)
                            .sideEffectFree()
                            .examples("{}")
                            .build(),
                    of("show", "Shows a gate with its last versions", Requests.ByName.class, "gate:show")
                            .needs("read", "gate")
                            .withinTenant()
                            .output(Answers.Shown.class)
                            .sideEffectFree()
                            .examples("{\"name\":\"answers\"}")
                            .build(),
                    of("remove", "Removes a gate", Requests.ByName.class, "gate:remove")
                            .needs("delete", "gate")
                            .output(Answers.Changed.class)
                            .timeout(TWO_SECONDS)
                            .examples("{\"name\":\"nobody-has-this\"}")
                            .build(),
                    of(
                                    "backtest",
                                    "Says what a gate would have said about tasks that have completed",
                                    Requests.Backtest.class,
                                    "gate:backtest")
                            .needs("evaluate", "gate")
                            .withinTenant()
                            .output(Answers.Past.class)
                            .sideEffectFree()
                            .timeout(Operation.MAX_TIMEOUT)
                            .examples(
                                    "{\"checks\":[{\"kind\":\"pattern\",\"pattern\":\"error\",\"absent\":true}],\"limit\":20}",
                                    "{\"gate\":\"answers\"}")
                            .build()));

    private GateOffer() {}

    private static Operation evaluate() {
        return of(
                        "evaluate",
                        "Judges a result by a gate or by checks in the call",
                        Requests.Evaluate.class,
                        "gate:evaluate")
                .needs("evaluate", "gate")
                .withinTenant()
                .output(Answers.Verdict.class)
                .timeout(Operation.MAX_TIMEOUT)
                .examples(
                        "{\"checks\":[{\"kind\":\"threshold\",\"pointer\":\"/coverage\",\"min\":85}],"
                                + "\"result\":{\"coverage\":91.5}}",
                        "{\"checks\":[{\"kind\":\"pattern\",\"pattern\":\"not done\",\"absent\":true},"
                                + "{\"kind\":\"schema\",\"schema\":{\"type\":\"string\"}}],\"combine\":\"weighted\","
                                + "\"minScore\":0.5,\"result\":\"done\"}",
                        "{\"gate\":\"answers\",\"task\":\"00-0000000000000000000000\"}")
                .build();
    }

    private static Operation decision(String name, String summary) {
        return of(name, summary, Requests.Decide.class, "gate:" + name)
                .needs("approve", "gate")
                .withinTenant()
                .output(Answers.Verdict.class)
                .timeout(TWO_SECONDS)
                .examples("{\"id\":\"e-1\",\"by\":\"alice\",\"comment\":\"looked at it\"}")
                .build();
    }

    private static OperationBuilder of(String name, String summary, Class<? extends Record> input, String shell) {
        return Operation.named(name).summary(summary).input(input).shellCommand(shell);
    }
}
