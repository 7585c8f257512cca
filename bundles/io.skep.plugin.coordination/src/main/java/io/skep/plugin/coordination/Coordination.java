// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.api.agent.Agent;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.TaskState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Follower;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The parts of one generation at work over one orchestrator: what follows the events, what it knows from them, and who
 * answers from that. Thread-safe.
 */
final class Coordination implements Follower.Reader, AutoCloseable {
    private static final Duration REST = Duration.ofSeconds(30);

    private final Orchestrator orchestrator;
    private final EventStream events;
    private final Duration catchUp;
    private final Mapping mapping = new Mapping();
    private final ServiceTimes times = new ServiceTimes();
    private final Core core;
    private final Keeper keeper;
    private final Follower follower;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final AgentRequests requests;
    private final TaskMapping tasks;
    private final WorkloadAnalysis workload;

    /** {@code catchUp} is how long a question waits, at most, for what has happened to be known. */
    Coordination(Orchestrator orchestrator, Clock clock, Codec codec, Duration catchUp) {
        this.orchestrator = orchestrator;
        this.events = orchestrator.events();
        this.catchUp = catchUp;
        this.core = new Core(orchestrator);
        this.keeper = new Keeper(orchestrator.state(), times, codec, clock);
        this.follower = new Follower(events, this, "skep-coordination");
        this.requests = new AgentRequests(this, orchestrator, mapping, times, clock);
        this.tasks = new TaskMapping(this, mapping, core);
        this.workload = new WorkloadAnalysis(this, orchestrator, mapping, times, clock);
    }

    /** Begins to follow; completes when everything that is held is known. */
    CompletionStage<Void> start() {
        follower.start();
        return ready;
    }

    AgentRequests requests() {
        return requests;
    }

    TaskMapping tasks() {
        return tasks;
    }

    WorkloadAnalysis workload() {
        return workload;
    }

    /** What was learned of an agent's attempts. */
    Window.Figures timesOf(String agent) {
        return times.of(agent);
    }

    /** Completes with true when everything that has happened by now is known, with false if that takes too long. */
    CompletableFuture<Boolean> caughtUp() {
        return follower.reached(events.end()).completeOnTimeout(false, catchUp.toMillis(), TimeUnit.MILLISECONDS);
    }

    Health health() {
        String trouble = follower.trouble();
        return trouble == null
                ? new Health(true, mapping.all().held().size() + " tasks are held")
                : new Health(false, trouble);
    }

    @Override
    public void close() {
        follower.close();
    }

    @Override
    public void begin(EventCursor at) {
        List<Holding> held = core.held();
        Set<String> known = orchestrator.agents().list().stream().map(Agent::id).collect(Collectors.toSet());
        keeper.load();
        times.retain(known);
        mapping.reset(at, held);
        // What was read may be ahead of the log, and would then be wrong for good if it never became durable.
        core.settled().whenComplete((settled, refused) -> {
            if (refused != null) {
                follower.beginAnew();
            }
        });
        follower.reached(events.end()).thenAccept(reached -> ready.complete(null));
    }

    @Override
    public void told(EventBatch batch) {
        mapping.apply(batch).forEach(this::learn);
        for (Event event : batch.events()) {
            if (event.type().equals("agent.removed")) {
                times.forget(event.subject());
            }
        }
    }

    @Override
    public Duration rest() {
        return keeper.rest(REST);
    }

    @Override
    public EventCursor cursor() {
        return mapping.cursor();
    }

    private void learn(Mapping.Over over) {
        Holding holding = over.holding();
        if (over.became() == TaskState.COMPLETED) {
            times.completed(holding.agent(), holding.worked(over.event().at()));
            keeper.changed();
        } else if (over.became() == TaskState.FAILED) {
            times.failed(holding.agent());
            keeper.changed();
        } else if (over.became() == TaskState.QUEUED) {
            core.countsAsFailed(holding).thenAccept(failed -> {
                if (failed) {
                    times.failed(holding.agent());
                    keeper.changed();
                }
            });
        }
    }
}
