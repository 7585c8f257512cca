// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OperationBuilder;
import java.time.Duration;
import java.util.List;

/** What {@code workflows} offers. Calls wait for a provider, so that a swap turns no order away. */
public final class FlowOffer {
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final String RUN = "{\"run\":\"w-1\"}";
    private static final String YAML = "{\"yaml\":\"name: release\\nsteps:\\n  - id: build\\n    description: Build"
            + " ${input.branch}\\n    compensate: {description: Delete what was built}\\n  - id: test\\n    description:"
            + " Test ${item}\\n    dependsOn: [build]\\n    forEach: /steps/build/result/modules\\n  - id: publish\\n"
            + "    description: Publish it\\n    dependsOn: [test]\\n    when: {pointer: /publish, equals: true}\\n\"}";

    /** The capability. */
    public static final Capability CAPABILITY = new Capability(
            Capabilities.WORKFLOWS,
            List.of(
                    start(),
                    of("status", "Says how far a run is, step by step", Requests.ById.class)
                            .output(Answers.Status.class)
                            .sideEffectFree()
                            .timeout(TWO_SECONDS)
                            .needs("read", "workflow")
                            .withinTenant()
                            .examples(RUN)
                            .build(),
                    of("runs", "Lists runs, those that began last first", Requests.Listed.class)
                            .output(Answers.RunRows.class)
                            .sideEffectFree()
                            .timeout(TWO_SECONDS)
                            .needs("list", "workflow")
                            .withinTenant()
                            .examples("{}", "{\"state\":\"running\",\"limit\":10}")
                            .build(),
                    order("pause", "Lets no further step of a run begin", Requests.ById.class)
                            .needs("pause", "workflow")
                            .withinTenant()
                            .examples(RUN)
                            .build(),
                    order("resume", "Lets a paused run go on", Requests.ById.class)
                            .needs("resume", "workflow")
                            .withinTenant()
                            .examples(RUN)
                            .build(),
                    order("cancel", "Ends a run: cancels its tasks, then undoes what was done", Requests.Cancel.class)
                            .needs("cancel", "workflow")
                            .withinTenant()
                            .examples("{\"run\":\"w-1\",\"reason\":\"a mistake\",\"compensate\":true}")
                            .build(),
                    of("rerun", "Makes steps of a run that has ended begin anew", Requests.Rerun.class)
                            .output(Answers.Ordered.class)
                            .timeout(TWO_SECONDS)
                            .needs("retry", "workflow")
                            .withinTenant()
                            .examples("{\"run\":\"w-1\",\"from\":\"test\"}")
                            .build(),
                    of("define", "Keeps a workflow, or a new version of it", Requests.Define.class)
                            .output(Answers.Changed.class)
                            .idempotent()
                            .timeout(TWO_SECONDS)
                            .needs("update", "workflow")
                            .withinTenant()
                            .examples(YAML)
                            .build(),
                    of("list", "Lists the workflows", Requests.Nothing.class)
                            .output(Answers.Workflows.class)
                            .sideEffectFree()
                            .timeout(TWO_SECONDS)
                            .needs("list", "workflow")
                            .withinTenant()
                            .examples("{}")
                            .build(),
                    of("show", "Shows a workflow with its last versions", Requests.ByName.class)
                            .output(Answers.Shown.class)
                            .sideEffectFree()
                            .timeout(TWO_SECONDS)
                            .needs("read", "workflow")
                            .withinTenant()
                            .examples("{\"name\":\"release\"}")
                            .build(),
                    of("remove", "Removes a workflow; its runs go on", Requests.ByName.class)
                            .output(Answers.Changed.class)
                            .timeout(TWO_SECONDS)
                            .needs("delete", "workflow")
                            .withinTenant()
                            .examples("{\"name\":\"nobody-has-this\"}")
                            .build()));

    private FlowOffer() {}

    private static Operation start() {
        return of("start", "Begins a run of a workflow", Requests.Start.class)
                .output(Answers.Ordered.class)
                .timeout(Operation.MAX_TIMEOUT)
                .needs("create", "workflow")
                .withinTenant()
                .examples(
                        "{\"template\":{\"steps\":[{\"id\":\"look\",\"description\":\"Look at ${input.file}\"},"
                                + "{\"id\":\"tell\",\"description\":\"Tell about ${steps.look.result}\",\"dependsOn\":[\"look\"]}]},"
                                + "\"input\":{\"file\":\"README.md\"},\"idempotencyKey\":\"an-example\"}",
                        "{\"workflow\":\"release\",\"input\":{\"branch\":\"main\",\"publish\":false}}")
                .build();
    }

    private static OperationBuilder order(String name, String summary, Class<? extends Record> input) {
        return of(name, summary, input)
                .output(Answers.Ordered.class)
                .idempotent()
                .timeout(TWO_SECONDS);
    }

    private static OperationBuilder of(String name, String summary, Class<? extends Record> input) {
        return Operation.named(name).summary(summary).input(input).shellCommand("workflow:" + name);
    }
}
