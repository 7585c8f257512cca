// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.api.agent.Agent;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Follower;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The parts of one generation at work over one orchestrator: what follows the events, what it knows from them, and who
 * answers from that. Thread-safe.
 */
final class Routing implements Follower.Reader, AutoCloseable {
    private static final Duration REST = Duration.ofSeconds(10);
    /** An encoder that has come is looked for so often; nothing wakes the follower when it comes. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Orchestrator orchestrator;
    private final EventStream events;
    private final Clock clock;
    private final Patience patience;
    private final Brain brain;
    private final Trails trails = new Trails();
    private final Decisions decisions;
    private final Keeper keeper;
    private final Follower follower;
    private final SemanticRouting semantic;
    private final AgentProfiling profiling;
    private final PerformanceLearning learning;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile EventCursor cursor;
    /** Whether agents have come of which too little may be known yet. */
    private volatile boolean arriving;

    /**
     * How long is waited at most.
     *
     * @param encoder by the start, for an encoder where there was one before
     * @param arrivals by a question, for what agents that have just come say of themselves
     */
    record Patience(Duration encoder, Duration arrivals) {
        static final Patience DEFAULT = new Patience(Duration.ofSeconds(3), Duration.ofSeconds(1));
    }

    Routing(
            Orchestrator orchestrator,
            Clock clock,
            Codec codec,
            Encoder encoder,
            Settings settings,
            Patience patience) {
        this.orchestrator = orchestrator;
        this.patience = patience;
        this.events = orchestrator.events();
        this.clock = clock;
        this.cursor = events.end();
        this.brain = new Brain(encoder, settings);
        this.decisions = new Decisions(settings.pending(), settings.outcomeAge());
        this.keeper = new Keeper(orchestrator.state(), brain, decisions, codec, clock);
        this.follower = new Follower(events, this, "skep-routing");
        this.semantic = new SemanticRouting(brain, trails, decisions, orchestrator.tasks(), clock, keeper::changed);
        this.profiling = new AgentProfiling(brain);
        this.learning = new PerformanceLearning(brain, decisions, clock, keeper::changed);
    }

    /** Begins to follow; completes when the agents are known. */
    CompletionStage<Void> start() {
        follower.start();
        return ready;
    }

    /**
     * Whom a task is for, of all agents that came before the question: those that have just come are waited for, with some
     * patience, as else whoever is known first would get the tasks of those that are not.
     */
    CompletionStage<SemanticRouting.Decision> route(SemanticRouting.RouteRequest request, boolean binding) {
        return arriving
                ? follower.reached(events.end())
                        .completeOnTimeout(false, patience.arrivals().toMillis(), TimeUnit.MILLISECONDS)
                        .thenCompose(known -> semantic.route(request, binding))
                : semantic.route(request, binding);
    }

    CompletionStage<SemanticRouting.SimilarAnswer> similar(SemanticRouting.SimilarRequest request) {
        return semantic.similar(request);
    }

    AgentProfiling profiling() {
        return profiling;
    }

    PerformanceLearning learning() {
        return learning;
    }

    long remembered() {
        return brain.ranker().remembered();
    }

    Health health() {
        String trouble = follower.trouble();
        return trouble == null
                ? new Health(true, brain.ranker().size() + " agents, encoder " + brain.encoderName())
                : new Health(false, trouble);
    }

    @Override
    public void close() {
        follower.close();
        keeper.write();
    }

    @Override
    public void begin(EventCursor at) {
        cursor = at;
        takeOver();
        ready.complete(null);
        decisions.newest(Integer.MAX_VALUE).forEach(this::lookAfter);
    }

    @Override
    public void told(EventBatch batch) {
        Set<String> agents = new HashSet<>();
        for (Event event : batch.events()) {
            if (event.type().startsWith("agent.")) {
                agents.add(event.subject());
            } else if (event.agent() != null) {
                agents.add(event.agent());
                trails.had(event.subject(), event.agent());
            }
            ended(event);
        }
        arriving = meet(agents);
        cursor = batch.next();
        if (brain.ranker().isStale()) {
            brain.ranker().refresh();
        }
    }

    @Override
    public Duration rest() {
        Mind now = brain.mind();
        if (brain.mustChange(now)) {
            become(brain.changed(now));
        } else if (keeper.mustLoad()) {
            takeOver();
        }
        meet(brain.bare());
        Duration rest = keeper.rest(REST);
        return rest.compareTo(LOOK) < 0 ? rest : LOOK;
    }

    @Override
    public EventCursor cursor() {
        return cursor;
    }

    /** Begins anew from what is kept. */
    private void takeOver() {
        Mind kept = keeper.load();
        if (!ready.isDone()) {
            brain.awaitEncoder(kept, patience.encoder());
        }
        become(brain.mustChange(kept) ? brain.changed(kept) : kept);
    }

    private void become(Mind next) {
        List<Agent> agents = orchestrator.agents().list();
        // The mind until then answers meanwhile, and may not have heard of all of them.
        arriving |= agents.stream().anyMatch(agent -> !brain.isKnown(agent));
        brain.become(next, agents);
    }

    /** Looks at what has become of agents; returns whether one of them has come or says something else of itself. */
    private boolean meet(Collection<String> ids) {
        List<Agent> others = new ArrayList<>();
        for (String id : ids) {
            Agent agent = orchestrator.agents().find(id).orElse(null);
            if (agent == null) {
                brain.remove(id);
            } else if (brain.isKnown(agent)) {
                brain.mind().roster().update(agent);
            } else {
                others.add(agent);
            }
        }
        arriving |= !others.isEmpty();
        others.forEach(brain::put);
        return !others.isEmpty();
    }

    private void ended(Event event) {
        switch (event.type()) {
            case "task.completed", "task.failed", "task.canceled", "task.rejected" -> {
                Decisions.Made decision = decisions.ofTask(event.subject());
                if (decision != null) {
                    lookAfter(decision);
                }
            }
            default -> {
                // Nothing has ended.
            }
        }
    }

    /** Learns from the task of a decision if that has ended. */
    private void lookAfter(Decisions.Made decision) {
        String task = decision.task();
        if (task != null) {
            orchestrator.tasks().find(task).whenComplete((found, refused) -> {
                if (refused == null && found != null) {
                    found.filter(one -> one.state().isTerminal()).ifPresent(one -> learn(decision, one));
                }
            });
        }
    }

    private void learn(Decisions.Made decision, Task task) {
        Attempt last = task.attempts().isEmpty()
                ? null
                : task.attempts().get(task.attempts().size() - 1);
        boolean says = task.state() == TaskState.COMPLETED || task.state() == TaskState.FAILED;
        Decisions.Chosen done = last == null ? null : decision.by(last.agent(), brain.ranker()::isAlike);
        if (last == null || done == null || !says) {
            decisions.nothing(decision);
            return;
        }
        if (decisions.ended(decision, clock.millis())) {
            brain.learn(decision, done, task.state() == TaskState.COMPLETED ? 1 : 0, clock.millis());
            Instant from = last.startedAt() == null ? last.assignedAt() : last.startedAt();
            Instant to = last.endedAt();
            if (to != null) {
                double millis = Duration.between(from, to).toNanos() / 1e6;
                brain.ranker().took(last.agent(), millis, (double) last.usage().costMicros());
            }
            keeper.changed();
        }
    }
}
