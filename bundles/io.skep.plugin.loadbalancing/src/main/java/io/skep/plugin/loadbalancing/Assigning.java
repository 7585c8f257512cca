// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.api.Refusal;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Reservation;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskState;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Chooses an agent by a strategy, and holds a slot of it, or sends a task there. Thread-safe. */
final class Assigning {
    private static final int MAX_TRIES = 3;
    private static final Duration HOLD = Duration.ofSeconds(10);

    private final AgentService agents;
    private final TaskService tasks;
    private final Choice choice;
    /** By attempt, while it lasts: whether it has a reservation that was made here is being looked up. */
    private final Map<String, CompletionStage<Void>> lookups = new ConcurrentHashMap<>();

    Assigning(Orchestrator orchestrator, Choice choice) {
        this.agents = orchestrator.agents();
        this.tasks = orchestrator.tasks();
        this.choice = choice;
    }

    /**
     * What is asked for.
     *
     * @param task a task that waits, which is sent to the agent; absent for one that is to come
     * @param skills ids of the skills that the agent must have beside those of the task; none means any agent
     * @param strategy absent for the configured one
     * @param reserveMillis how long a slot is held for a task that is to come, up to five minutes; absent for ten seconds
     */
    record AssignRequest(
            @Nullable String task,
            @Nullable List<String> skills,
            @Nullable String strategy,
            @Nullable Long reserveMillis) {
        AssignRequest {
            Inputs.text("task", task, 128);
            skills = Inputs.texts("skills", skills, 16, 128);
            Inputs.oneOf("strategy", strategy, Settings.STRATEGIES);
            Inputs.range(
                    "reserveMillis", reserveMillis, 1, Duration.ofMinutes(5).toMillis());
        }
    }

    /**
     * A real agent.
     *
     * @param strategy by which it was chosen
     * @param reason why this one
     * @param candidates how many could have been chosen
     * @param reservation what a task must name to get the slot that is held for it; absent if a task was sent
     * @param until when the reservation ends, as in ISO 8601
     */
    record Assigned(
            String agent,
            String strategy,
            String reason,
            int candidates,
            @Nullable String task,
            @Nullable String reservation,
            @Nullable String until) {}

    /** Chooses and assigns; ends with a {@link Declination} that says why nobody can have it. */
    CompletionStage<Assigned> assign(AssignRequest asked) {
        String task = asked.task();
        if (task == null) {
            return reserve(asked, new HashSet<>(), 1);
        }
        return tasks.find(task).thenCompose(found -> send(asked, waiting(task, found)));
    }

    private static Task waiting(String id, Optional<Task> found) {
        Task task = found.orElseThrow(() -> new Declination("there is no task \"" + id + "\""));
        if (task.state() != TaskState.QUEUED) {
            throw new Declination("task " + id + " is " + task.state().wire() + " and waits for no agent");
        }
        return task;
    }

    private CompletionStage<Assigned> send(AssignRequest asked, Task task) {
        Set<String> skills = new HashSet<>(Objects.requireNonNull(asked.skills()));
        skills.addAll(task.spec().skills());
        List<Agent> able = able(skills, Set.of());
        Choice.Chosen chosen = choice.choose(able, asked.strategy());
        choice.expectTask(task.id(), chosen);
        return tasks.route(task.id(), chosen.agent())
                .whenComplete((sent, refused) -> {
                    if (refused != null) {
                        choice.forget(task.id());
                    }
                })
                .thenApply(sent -> new Assigned(
                        chosen.agent(), chosen.strategy(), chosen.reason(), able.size(), task.id(), null, null));
    }

    /** Somebody may be faster: then the next one. */
    private CompletionStage<Assigned> reserve(AssignRequest asked, Set<String> full, int number) {
        List<Agent> able = able(Set.copyOf(Objects.requireNonNull(asked.skills())), full);
        Choice.Chosen chosen = choice.choose(able, asked.strategy());
        Duration atMost = asked.reserveMillis() == null ? HOLD : Duration.ofMillis(asked.reserveMillis());
        return agents.reserve(chosen.agent(), atMost)
                .handle((reservation, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(held(chosen, able.size(), reservation));
                    }
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    if (isTaken(cause) && number < MAX_TRIES) {
                        full.add(chosen.agent());
                        return reserve(asked, full, number + 1).toCompletableFuture();
                    }
                    return CompletableFuture.<Assigned>failedFuture(Objects.requireNonNullElse(cause, failure));
                })
                .thenCompose(assigned -> assigned);
    }

    private Assigned held(Choice.Chosen chosen, int candidates, Reservation reservation) {
        choice.expectReserved(reservation.id(), chosen);
        return new Assigned(
                chosen.agent(),
                chosen.strategy(),
                chosen.reason(),
                candidates,
                null,
                reservation.id(),
                reservation.until().toString());
    }

    private static boolean isTaken(@Nullable Throwable cause) {
        return cause instanceof Refusal refusal
                && (refusal.reason() == Refusal.Reason.CONFLICT || refusal.reason() == Refusal.Reason.NOT_FOUND);
    }

    /** Those that have the skills, are active and have a free slot. */
    private List<Agent> able(Set<String> skills, Set<String> full) {
        List<Agent> having = agents.list().stream()
                .filter(agent -> agent.spec().skillIds().containsAll(skills))
                .toList();
        if (having.isEmpty()) {
            throw new Declination("no registered agent has the skills " + skills);
        }
        List<Agent> active = having.stream()
                .filter(agent -> agent.state() == AgentState.ACTIVE)
                .toList();
        if (active.isEmpty()) {
            throw new Declination("none of the " + having.size() + " agents with the skills " + skills + " is active");
        }
        List<Agent> free = active.stream()
                .filter(agent -> choice.free(agent) > 0 && !full.contains(agent.id()))
                .collect(Collectors.toCollection(ArrayList::new));
        if (free.isEmpty()) {
            throw new Declination(
                    "all slots of the " + active.size() + " active agents with the skills " + skills + " are in use");
        }
        return free;
    }

    /** A task began at an agent, as that attempt. */
    void begun(String task, String attempt) {
        if (choice.expects(task)) {
            choice.begun(task, attempt);
        } else if (choice.expectsAny()) {
            lookups.put(
                    attempt,
                    tasks.find(task)
                            .thenAccept(found -> found.map(its -> its.spec().reservation())
                                    .filter(choice::expects)
                                    .ifPresent(reservation -> choice.begun(reservation, attempt))));
        }
    }

    void ended(String attempt, long millis, boolean isGood) {
        whenKnown(attempt, () -> choice.ended(attempt, millis, isGood));
    }

    void dropped(String attempt) {
        whenKnown(attempt, () -> choice.dropped(attempt));
    }

    /** A short attempt is over before it is known whether it came about here. */
    private void whenKnown(String attempt, Runnable then) {
        CompletionStage<Void> lookup = lookups.remove(attempt);
        if (lookup == null) {
            then.run();
        } else {
            lookup.whenComplete((known, failed) -> then.run());
        }
    }

    /** Which attempts are under way is said anew. */
    void beginAnew() {
        lookups.clear();
    }
}
