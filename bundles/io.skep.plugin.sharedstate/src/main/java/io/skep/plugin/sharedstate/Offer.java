// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import io.skep.plugin.sharedstate.documents.Requests;
import io.skep.plugin.sharedstate.documents.Results;
import io.skep.plugin.sharedstate.load.Loads;
import io.skep.plugin.sharedstate.load.Rebalancing;
import io.skep.plugin.sharedstate.tracking.Answers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the plugin offers. While there is no provider, calls wait for the next: none of this is on a task's way. */
final class Offer {
    private static final Capability ATOMIC_UPDATES = new Capability(
            Capabilities.ATOMIC_UPDATES,
            List.of(
                    Operation.named("get")
                            .summary("Says what shared documents say, and of which revision they are")
                            .input(Requests.Get.class)
                            .output(Results.Found.class)
                            .needs("read", "state")
                            .forAgentsToo()
                            .withinTenant()
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("state:get")
                            .examples("{\"keys\":[\"example.plan\"]}")
                            .build(),
                    Operation.named("set")
                            .summary("Has a document say something, if it is of the revision that is named")
                            .input(Requests.Set.class)
                            .output(Results.Changed.class)
                            .needs("update", "state")
                            .forAgentsToo()
                            .withinTenant()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("state:set")
                            .examples(
                                    "{\"key\":\"example.plan\",\"value\":{\"step\":1}}",
                                    "{\"key\":\"example.once\",\"value\":true,\"revision\":0}")
                            .build(),
                    Operation.named("add")
                            .summary("Changes a number within bounds")
                            .input(Requests.Add.class)
                            .output(Results.Counted.class)
                            .needs("update", "state")
                            .forAgentsToo()
                            .withinTenant()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("state:add")
                            .examples(
                                    "{\"key\":\"example.count\"}", "{\"key\":\"example.count\",\"by\":-1,\"least\":0}")
                            .build(),
                    Operation.named("delete")
                            .summary("Removes a document, if it is of the revision that is named")
                            .input(Requests.Delete.class)
                            .output(Results.Changed.class)
                            .needs("update", "state")
                            .forAgentsToo()
                            .withinTenant()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("state:delete")
                            .examples("{\"key\":\"example.old\"}")
                            .build(),
                    Operation.named("transact")
                            .summary("Changes several documents, all or none, if all conditions hold")
                            .input(Requests.Transact.class)
                            .output(Results.Changed.class)
                            .needs("update", "state")
                            .forAgentsToo()
                            .withinTenant()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("state:transact")
                            .examples(
                                    "{\"conditions\":[{\"key\":\"example.absent\",\"revision\":0}],\"set\":[{\"key\":\"example.a\",\"value\":1}],\"add\":[{\"key\":\"example.total\",\"by\":2}],\"delete\":[\"example.b\"]}")
                            .build(),
                    Operation.named("list")
                            .summary("Lists documents by the beginning of their keys")
                            .input(Requests.Listing.class)
                            .output(Results.Listed.class)
                            .needs("read", "state")
                            .forAgentsToo()
                            .withinTenant()
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("state:list")
                            .examples("{\"prefix\":\"example.\"}")
                            .build(),
                    Operation.named("watch")
                            .summary("Says what has changed after a revision, and waits for it if told to")
                            .input(Requests.Watch.class)
                            .output(Results.Watched.class)
                            .needs("read", "state")
                            .forAgentsToo()
                            .withinTenant()
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(4))
                            .shellCommand("state:watch")
                            .examples("{\"after\":0,\"prefix\":\"example.\"}")
                            .build(),
                    Operation.named("lock")
                            .summary("Takes or renews a lock for a while, with a fencing token")
                            .input(Requests.Take.class)
                            .output(Results.Held.class)
                            .needs("update", "state")
                            .forAgentsToo()
                            .withinTenant()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("state:lock")
                            .examples("{\"lock\":\"example.door\",\"millis\":1000}")
                            .build(),
                    Operation.named("unlock")
                            .summary("Gives a lock back")
                            .input(Requests.Release.class)
                            .output(Results.Released.class)
                            .needs("update", "state")
                            .forAgentsToo()
                            .withinTenant()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("state:unlock")
                            .examples("{\"lock\":\"example.door\",\"token\":1}")
                            .build(),
                    Operation.named("delegate")
                            .summary("Gives a waiting task to an agent, once, and changes documents in the same commit")
                            .input(Requests.Delegate.class)
                            .output(Results.Delegated.class)
                            .needs("update", "task")
                            .withinTenant()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("state:delegate")
                            .examples(
                                    "{\"task\":\"00-000000000000000000000\",\"agent\":\"alice\",\"documents\":{\"set\":[{\"key\":\"example.who\",\"value\":\"alice\"}]}}")
                            .build()));

    private static final Capability REAL_TIME_BALANCING = new Capability(
            Capabilities.REAL_TIME_BALANCING,
            List.of(
                    Operation.named("load")
                            .summary("Says how much each agent has to do, counted from what core has now")
                            .input(Loads.LoadRequest.class)
                            .output(Loads.Load.class)
                            .needs("read", "agent")
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("load:show")
                            .examples("{}", "{\"skills\":[\"review\"]}")
                            .build(),
                    Operation.named("rebalance")
                            .summary("Moves what has not begun to agents with less to do, or says what it would")
                            .input(Rebalancing.RebalanceRequest.class)
                            .output(Rebalancing.Rebalanced.class)
                            .needs("update", "agent")
                            .timeout(Duration.ofSeconds(4))
                            .shellCommand("load:rebalance")
                            .examples("{}", "{\"dryRun\":false,\"most\":10}")
                            .build()));

    private static final Capability WORKFLOW_TRACKING = new Capability(
            Capabilities.WORKFLOW_TRACKING,
            List.of(
                    Operation.named("progress")
                            .summary("Says how far a task and its descendants are, and when they may have ended")
                            .input(Answers.About.class)
                            .output(Answers.Progress.class)
                            .needs("read", "task")
                            .withinTenant()
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("track:progress")
                            .examples("{\"task\":\"00-000000000000000000000\"}")
                            .build(),
                    Operation.named("blocked")
                            .summary("Says which tasks of a tree wait for which, and what holds them up")
                            .input(Answers.About.class)
                            .output(Answers.Blocked.class)
                            .needs("read", "task")
                            .withinTenant()
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("track:blocked")
                            .examples("{\"task\":\"00-000000000000000000000\"}")
                            .build(),
                    Operation.named("critical_path")
                            .summary("Says which unfinished tasks decide when a tree ends")
                            .input(Answers.About.class)
                            .output(Answers.CriticalPath.class)
                            .needs("read", "task")
                            .withinTenant()
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("track:critical-path")
                            .examples("{\"task\":\"00-000000000000000000000\"}")
                            .build(),
                    Operation.named("trees")
                            .summary("Lists the trees that are tracked")
                            .input(Answers.Which.class)
                            .output(Answers.Tracked.class)
                            .needs("read", "task")
                            .withinTenant()
                            .sideEffectFree()
                            .timeout(Duration.ofSeconds(2))
                            .shellCommand("track:trees")
                            .examples("{}")
                            .build()));

    static final List<Capability> CAPABILITIES = List.of(ATOMIC_UPDATES, REAL_TIME_BALANCING, WORKFLOW_TRACKING);

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
