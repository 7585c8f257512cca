// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentState;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import io.skep.api.plugin.Advice;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.QueueStatus;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Follower;
import io.skep.plugin.loadbalancing.balance.Fleet;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of one generation at work over one orchestrator: what follows the events and looks at the agents, what is
 * learned from that, and what core is advised. Thread-safe.
 */
final class Balancing implements Follower.Reader, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Balancing.class);
    private static final Duration CATCH_UP = Duration.ofMillis(500);

    private final Orchestrator orchestrator;
    private final EventStream events;
    private final PluginState state;
    private final Settings settings;
    private final Clock clock;
    private final Fleet fleet;
    private final Choice choice;
    private final Assigning assigning;
    private final Attempts attempts;
    private final Room room;
    private final Optimizing optimizing;
    private final Capacity capacity;
    private final AgentHealth health;
    private final Advising advising;
    private final Keeper keeper;
    private final Follower follower;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile EventCursor cursor = EventCursor.of();
    private volatile List<Advice> advice = List.of();
    /** As they were seen last, while that matters. */
    private volatile List<QueueStatus> queues = List.of();

    private long nextLook;

    Balancing(Orchestrator orchestrator, Clock clock, Codec codec, Settings settings) {
        this.orchestrator = orchestrator;
        this.events = orchestrator.events();
        this.state = orchestrator.state();
        this.settings = settings;
        this.clock = clock;
        this.fleet = new Fleet(settings.ejection());
        this.choice = new Choice(fleet, settings.strategy(), clock);
        this.assigning = new Assigning(orchestrator, choice);
        this.room = new Room(fleet, clock);
        this.optimizing = new Optimizing(orchestrator.agents(), room, settings.optimize(), clock);
        List<Keeper.Part<?>> parts = new ArrayList<>(Learned.parts(fleet, choice));
        parts.add(optimizing.part());
        this.keeper = new Keeper(state, codec, clock, parts);
        this.capacity = new Capacity(orchestrator.agents(), orchestrator.tasks(), fleet, room, clock);
        this.attempts = new Attempts(
                orchestrator.agents(), orchestrator.tasks(), fleet, assigning, capacity::arrived, this::learned);
        this.health = new AgentHealth(fleet, settings);
        this.advising = new Advising(fleet, health, room);
        this.follower = new Follower(events, this, "skep-balancing");
    }

    private void learned(String agent, int held, long since, long at, boolean isGood) {
        optimizing.ended(agent, held, since, at, isGood);
        keeper.changed();
    }

    /** Begins to follow; completes when what the agents hold is known. */
    CompletionStage<Void> start() {
        follower.start();
        return ready;
    }

    /** Absent means all. */
    CompletionStage<AgentHealth.Overview> health(AgentHealth.HealthRequest asked) {
        return caughtUp()
                .thenApply(known -> health.overview(asked, orchestrator.agents().list(), clock.millis()));
    }

    CompletionStage<Assigning.Assigned> assign(Assigning.AssignRequest asked) {
        return caughtUp().thenCompose(known -> assigning.assign(asked));
    }

    CompletionStage<Capacity.FleetCapacity> capacity(Capacity.CapacityRequest asked) {
        return caughtUp().thenCompose(known -> capacity.capacity(asked));
    }

    CompletionStage<Capacity.Expected> forecast() {
        return caughtUp().thenApply(known -> capacity.forecast());
    }

    CompletionStage<Capacity.Supposed> suppose(Capacity.Supposition supposed) {
        return capacity.suppose(supposed);
    }

    /** What would be done about agents' slots; absent means about all. */
    CompletionStage<Optimizations.Preview> preview(@Nullable String agent) {
        return caughtUp()
                .thenCompose(known -> orchestrator.tasks().queues())
                .thenApply(waiting -> optimizing.preview(agent, waiting));
    }

    /** Does that, as far as it can be done now. */
    CompletionStage<Optimizations.Applied> apply(@Nullable String agent) {
        return caughtUp()
                .thenCompose(known -> orchestrator.tasks().queues())
                .thenCompose(waiting -> changing(() -> optimizing.apply(agent, waiting)));
    }

    CompletionStage<Optimizations.Overview> actions(@Nullable String agent) {
        return caughtUp().thenApply(known -> optimizing.actions(agent));
    }

    CompletionStage<Action.Shown> undo(long id) {
        return changing(() -> optimizing.undo(id));
    }

    CompletionStage<Optimizations.Policy> policy(@Nullable String mode) {
        return mode == null
                ? CompletableFuture.completedFuture(optimizing.policy(null))
                : changing(() -> optimizing.policy(mode));
    }

    /** Somebody decides something: it is advised at once, and answered when it is durable. */
    private <T> CompletionStage<T> changing(Supplier<T> what) {
        if (!state.isServing() || state.isTrial()) {
            throw new Declination("this version of the plugin is about to come or to go; ask again");
        }
        T answer = what.get();
        advise(clock.millis());
        return keeper.write(Optimizing.KEY).thenApply(kept -> answer);
    }

    /** Which strategy is in use, how each does, and what core is advised. */
    CompletionStage<Standing> show() {
        return caughtUp().thenApply(known -> Standing.of(settings.strategy(), choice, advice, fleet.millis()));
    }

    /** Completes with true when everything that has happened by now is known, with false if that takes too long. */
    private CompletableFuture<Boolean> caughtUp() {
        return follower.reached(events.end()).completeOnTimeout(false, CATCH_UP.toMillis(), TimeUnit.MILLISECONDS);
    }

    Health health() {
        String trouble = follower.trouble();
        return trouble == null
                ? new Health(true, "core is advised about " + advice.size() + " agents")
                : new Health(false, trouble);
    }

    /** What was learned of an agent, for tests of what a next version starts from. */
    Fleet.Standing standing(String agent) {
        return fleet.standing(agent, clock.millis());
    }

    /** A document that is kept for a next version, empty if it is not there, for tests of that. */
    String kept(String key) {
        return state.get(key).map(PluginState.Document::json).orElse("");
    }

    @Override
    public void close() {
        follower.close();
    }

    @Override
    public void begin(EventCursor at) {
        keeper.load();
        attempts.begin();
        cursor = at;
        nextLook = 0;
        follower.reached(events.end()).thenAccept(reached -> ready.complete(null));
    }

    @Override
    public void told(EventBatch batch) {
        batch.events().forEach(attempts::told);
        cursor = batch.next();
    }

    @Override
    public Duration rest() {
        long now = clock.millis();
        if (now >= nextLook) {
            look(now);
            keeper.look();
            nextLook = now + settings.look().toMillis();
        }
        return Duration.ofMillis(nextLook - now);
    }

    @Override
    public EventCursor cursor() {
        return cursor;
    }

    private void look(long now) {
        List<Agent> all = orchestrator.agents().list();
        Set<String> known = all.stream().map(Agent::id).collect(Collectors.toSet());
        fleet.retain(known);
        choice.retain(known);
        fleet.refresh(now);
        List<Agent> active =
                all.stream().filter(agent -> agent.state() == AgentState.ACTIVE).toList();
        room.switchTo(isOn(Capabilities.CAPACITY_MANAGEMENT), isOn(Capabilities.RESOURCE_OPTIMIZATION));
        List<Notice> notices = new ArrayList<>(health.look(active, now));
        boolean serves = state.isServing() && !state.isTrial();
        List<Notice> acted = optimizing.look(all, queues, serves && isOn(Capabilities.RESOURCE_OPTIMIZATION), now);
        notices.addAll(acted);
        if (!acted.isEmpty()) {
            keeper.soon(Optimizing.KEY);
        }
        lookAtQueues();
        advise(active, now);
        if (serves) {
            notices.forEach(this::tell);
        }
    }

    /** More slots are for tasks that wait; that is asked for only where there is somebody to be given more. */
    private void lookAtQueues() {
        if (optimizing.isBounding()) {
            orchestrator.tasks().queues().thenAccept(waiting -> queues = waiting);
        } else {
            queues = List.of();
        }
    }

    private void advise(long now) {
        advise(
                orchestrator.agents().list().stream()
                        .filter(agent -> agent.state() == AgentState.ACTIVE)
                        .toList(),
                now);
    }

    private synchronized void advise(List<Agent> active, long now) {
        advice = advising.about(active, choice.weighs(), now).stream()
                .limit(Orchestrator.MAX_ADVICE)
                .toList();
        if (state.isServing() && !state.isTrial()) {
            orchestrator.advise(advice, settings.advice());
        }
    }

    /** Whether that capability of this plugin is on. */
    private boolean isOn(String capability) {
        return orchestrator.capabilities().stream()
                .anyMatch(offered -> offered.id().equals(capability));
    }

    private void tell(Notice notice) {
        orchestrator.tell(notice).whenComplete((told, refused) -> {
            if (refused != null) {
                LOG.debug("{} of {} was not told", notice.type(), notice.subject(), refused);
            }
        });
    }
}
