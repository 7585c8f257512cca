// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the plugin offers. While there is no provider, calls wait for the next, so that a swap lets no task slip through. */
final class Offer {
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final String HOOK = "{\"name\":\"on-failure\",\"description\":\"tells a webhook of failures\","
            + "\"enabled\":false,\"on\":[\"task.failed\"],\"kind\":\"webhook\",\"url\":\"http://127.0.0.1:9/hook\"}";

    private static final Capability LIFECYCLE_HOOKS = new Capability(
            Capabilities.LIFECYCLE_HOOKS,
            List.of(
                    Operation.named("list")
                            .summary("Lists the hooks, where each stands, and the events that hooks can be on")
                            .input(Requests.Nothing.class)
                            .output(Answers.Hooks.class)
                            .needs("read", "config")
                            .sideEffectFree()
                            .shellCommand("hook:list")
                            .examples("{}")
                            .build(),
                    Operation.named("check")
                            .summary("Says what the hooks before a task's start or completion say of it")
                            .input(Requests.Check.class)
                            .output(Answers.Verdict.class)
                            .needs("evaluate", "gate")
                            .idempotent()
                            .timeout(Operation.MAX_TIMEOUT)
                            .shellCommand("hook:check")
                            .examples("{\"task\":\"00-0000000000000000000000\",\"stage\":\"before\"}")
                            .build(),
                    Operation.named("add")
                            .summary("Adds a hook, or puts it in place of one that was added before")
                            .input(HookSpec.class)
                            .output(Answers.Changed.class)
                            .needs("update", "config")
                            .idempotent()
                            .timeout(Operation.MAX_TIMEOUT)
                            .shellCommand("hook:add")
                            .examples(HOOK)
                            .build(),
                    Operation.named("remove")
                            .summary("Removes a hook that was added")
                            .input(Requests.ByName.class)
                            .output(Answers.Changed.class)
                            .needs("update", "config")
                            .timeout(Operation.MAX_TIMEOUT)
                            .shellCommand("hook:remove")
                            .examples("{\"name\":\"nobody-has-this\"}")
                            .build(),
                    Operation.named("test")
                            .summary("Carries a hook out once, as if something had happened")
                            .input(Requests.Test.class)
                            .output(Answers.Tried.class)
                            .needs("update", "config")
                            .timeout(Operation.MAX_TIMEOUT)
                            .shellCommand("hook:test")
                            .examples("{\"name\":\"nobody-has-this\",\"subject\":\"something\"}")
                            .build(),
                    Operation.named("deliveries")
                            .summary("Says how the last hooks ended that were carried out")
                            .input(Requests.Page.class)
                            .output(Answers.Deliveries.class)
                            .needs("read", "config")
                            .sideEffectFree()
                            .shellCommand("hook:deliveries")
                            .examples("{}", "{\"hook\":\"on-failure\",\"limit\":10}")
                            .build(),
                    Operation.named("deadletters")
                            .summary("Lists what could not be delivered")
                            .input(Requests.Page.class)
                            .output(Answers.Letters.class)
                            .needs("read", "config")
                            .sideEffectFree()
                            .shellCommand("hook:deadletters")
                            .examples("{}", "{\"hook\":\"on-failure\",\"limit\":10}")
                            .build(),
                    Operation.named("replay")
                            .summary("Delivers dead letters again; those that arrive are removed")
                            .input(Requests.Letters.class)
                            .output(Answers.Replayed.class)
                            .needs("update", "config")
                            .timeout(Operation.MAX_TIMEOUT)
                            .shellCommand("hook:replay")
                            .examples("{\"hook\":\"nobody-has-this\"}")
                            .build(),
                    Operation.named("discard")
                            .summary("Removes dead letters that nobody wants")
                            .input(Requests.Letters.class)
                            .output(Answers.Discarded.class)
                            .needs("update", "config")
                            .timeout(TWO_SECONDS)
                            .shellCommand("hook:discard")
                            .examples("{\"hook\":\"nobody-has-this\"}")
                            .build()));

    private static final Capability PERFORMANCE_HOOKS = new Capability(
            Capabilities.PERFORMANCE_HOOKS,
            List.of(
                    Operation.named("figures")
                            .summary("Says what hooks and named operations cost, and which got slower")
                            .input(Requests.Figures.class)
                            .output(Answers.Figures.class)
                            .needs("read", "metrics")
                            .sideEffectFree()
                            .timeout(TWO_SECONDS)
                            .shellCommand("hook:figures")
                            .examples("{}", "{\"prefix\":\"operation:\"}")
                            .build(),
                    Operation.named("restore")
                            .summary("Takes the demotion of a hook back, and begins anew with what it costs")
                            .input(Requests.ByName.class)
                            .output(Answers.Changed.class)
                            .needs("update", "config")
                            .timeout(Operation.MAX_TIMEOUT)
                            .shellCommand("hook:restore")
                            .examples("{\"name\":\"nobody-has-this\"}")
                            .build(),
                    Operation.named("start")
                            .summary("Says that a named operation begins, and gives the id to end it by")
                            .input(Requests.Start.class)
                            .output(Answers.Started.class)
                            .needs("call", "capability")
                            .forAgentsToo()
                            .examples("{\"name\":\"compile\"}")
                            .build(),
                    Operation.named("end")
                            .summary("Says that it has ended; its time is then among the figures")
                            .input(Requests.End.class)
                            .output(Answers.Ended.class)
                            .needs("call", "capability")
                            .forAgentsToo()
                            .examples("{\"id\":\"compile~0~0~0\"}")
                            .build()));

    private static final Capability OBSERVABILITY = new Capability(
            Capabilities.OBSERVABILITY,
            List.of(
                    Operation.named("timeline")
                            .summary("Says everything about a task in order of time: events, attempts, hooks")
                            .input(Requests.OfTask.class)
                            .output(Timeline.Shown.class)
                            .needs("read", "task")
                            .withinTenant()
                            .sideEffectFree()
                            .timeout(Operation.MAX_TIMEOUT)
                            .shellCommand("hook:timeline")
                            .examples("{\"task\":\"00-0000000000000000000000\"}")
                            .build(),
                    Operation.named("trace")
                            .summary("Says what spans there are of a task, and of the tasks that it is a part of")
                            .input(Requests.OfTask.class)
                            .output(Traces.Trace.class)
                            .needs("read", "task")
                            .withinTenant()
                            .sideEffectFree()
                            .timeout(Operation.MAX_TIMEOUT)
                            .shellCommand("hook:trace")
                            .examples("{\"task\":\"00-0000000000000000000000\"}")
                            .build(),
                    Operation.named("status")
                            .summary("Says where traces go, how many spans went, and what keeps the others")
                            .input(Requests.Nothing.class)
                            .output(Traces.Status.class)
                            .needs("read", "metrics")
                            .sideEffectFree()
                            .shellCommand("hook:traces")
                            .examples("{}")
                            .build()));

    /** Everything. */
    static final List<Capability> CAPABILITIES = List.of(LIFECYCLE_HOOKS, PERFORMANCE_HOOKS, OBSERVABILITY);

    private Offer() {}

    /** The capability and the operation, the default one for null, with a slash between. */
    static String named(String capability, @Nullable String operation) {
        return capability
                + '/'
                + CAPABILITIES.stream()
                        .filter(offered -> offered.id().equals(capability))
                        .flatMap(offered -> offered.operation(operation).stream())
                        .map(Operation::name)
                        .findFirst()
                        .orElse("");
    }
}
