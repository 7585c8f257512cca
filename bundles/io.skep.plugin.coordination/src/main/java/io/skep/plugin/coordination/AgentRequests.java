// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.api.Refusal;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Reservation;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Finds an agent for a task that is to come, and holds a slot of it. Thread-safe. */
final class AgentRequests {
    private static final int MAX_ALTERNATIVES = 5;
    private static final int MAX_TRIES = 3;

    private final Coordination coordination;
    private final AgentService agents;
    private final TaskService tasks;
    private final Mapping mapping;
    private final ServiceTimes times;
    private final Clock clock;

    AgentRequests(
            Coordination coordination, Orchestrator orchestrator, Mapping mapping, ServiceTimes times, Clock clock) {
        this.coordination = coordination;
        this.agents = orchestrator.agents();
        this.tasks = orchestrator.tasks();
        this.mapping = mapping;
        this.times = times;
        this.clock = clock;
    }

    /**
     * What is asked for.
     *
     * @param description the task in words, for the reader of the answer's reason
     * @param skills ids of the skills that the agent must have; none means any agent
     * @param preferredAgent who shall have it if it can begin in time
     * @param priority 0 to 9, as the task will have it: only ready tasks of the same or a higher one stand before it
     * @param reserveMillis how long a slot shall be held free for the task, up to five minutes; absent for none
     * @param timeoutMillis the longest acceptable wait; absent for any
     */
    record Request(
            @Nullable String description,
            @Nullable List<String> skills,
            @Nullable String preferredAgent,
            @Nullable Long priority,
            @Nullable Long reserveMillis,
            @Nullable Long timeoutMillis) {
        Request {
            Inputs.text("description", description, 16_384);
            skills = Inputs.texts("skills", skills, 16, 128);
            Inputs.text("preferredAgent", preferredAgent, 128);
            Inputs.range("priority", priority, 0, 9);
            Inputs.range(
                    "reserveMillis", reserveMillis, 1, Duration.ofMinutes(5).toMillis());
            Inputs.range("timeoutMillis", timeoutMillis, 0, Duration.ofDays(30).toMillis());
        }

        Set<String> required() {
            return Set.copyOf(Objects.requireNonNull(skills));
        }
    }

    /**
     * A real agent.
     *
     * @param confidence see {@link Candidate#confidence}
     * @param expectedWaitMillis until it can begin; absent if nobody can know yet
     * @param reason why this one
     * @param reservation what the task must name to get the slot, if one is held
     * @param until when the reservation ends, as in ISO 8601
     * @param alternatives the next best
     */
    record Offered(
            String agent,
            double confidence,
            @Nullable Long expectedWaitMillis,
            String reason,
            @Nullable String reservation,
            @Nullable String until,
            List<Alternative> alternatives) {}

    /** Another agent that could do it. */
    record Alternative(
            String agent, double confidence, @Nullable Long expectedWaitMillis) {
        static Alternative of(Candidate candidate) {
            return new Alternative(candidate.id(), candidate.confidence(), candidate.waitMillis());
        }
    }

    /** Which slot need not be held any longer. */
    record Release(@Nullable String reservation) {
        Release {
            if (reservation == null) {
                throw new Declination("field \"reservation\" is missing");
            }
            Inputs.text("reservation", reservation, 128);
        }
    }

    /** It is not held any longer, or was not before. */
    record Released(String reservation) {}

    /** Finds an agent; ends with a {@link Declination} that says why there is none. */
    CompletionStage<Offered> request(Request request) {
        return coordination.caughtUp().thenCompose(caughtUp -> find(request));
    }

    private CompletionStage<Offered> find(Request request) {
        Set<String> required = request.required();
        List<Agent> able = agents.list().stream()
                .filter(agent -> agent.spec().skillIds().containsAll(required))
                .toList();
        if (able.isEmpty()) {
            throw new Declination("no registered agent has the skills " + required);
        }
        List<Agent> active =
                able.stream().filter(a -> a.state() == AgentState.ACTIVE).toList();
        if (active.isEmpty()) {
            Agent one = able.get(0);
            throw new Declination("none of the " + able.size() + " agents with the skills " + required + " is active; "
                    + one.id() + " is " + one.state().wire() + " (" + one.cause() + ")");
        }
        if (active.stream().anyMatch(agent -> Candidate.free(agent) > 0)) {
            return offer(request, candidates(request, active, 0));
        }
        return ahead(request, active).thenCompose(ahead -> offer(request, candidates(request, active, ahead)));
    }

    /** Gives a slot back. */
    CompletionStage<Released> release(Release release) {
        String reservation = Objects.requireNonNull(release.reservation());
        return agents.release(reservation).thenApply(done -> new Released(reservation));
    }

    /** How many of the newest thousand ready tasks stand before it. */
    private CompletionStage<Integer> ahead(Request request, List<Agent> active) {
        long priority = request.priority() == null ? TaskSpec.DEFAULT_PRIORITY : request.priority();
        TaskQuery ready =
                new TaskQuery(Set.of(TaskState.QUEUED), null, null, null, null, null, TaskQuery.MAX_LIMIT, null);
        return tasks.list(ready).thenApply(page -> (int) page.items().stream()
                .map(task -> task.spec())
                .filter(spec -> spec.priority() >= priority)
                .filter(spec ->
                        active.stream().anyMatch(a -> a.spec().skillIds().containsAll(spec.skills())))
                .count());
    }

    /** Those who can begin in time, best first. */
    private List<Candidate> candidates(Request request, List<Agent> active, int ahead) {
        Instant now = clock.instant();
        int slots = active.stream().mapToInt(agent -> agent.spec().slots()).sum();
        List<Candidate> candidates = new ArrayList<>();
        for (Agent agent : active) {
            double mean = times.mean(agent.id(), 0);
            Long wait = Candidate.free(agent) > 0
                    ? Long.valueOf(0)
                    : Candidate.expectedWait(mapping.ofAgent(agent.id()).held(), mean, ahead, slots, now);
            double success = times.of(agent.id()).successRate();
            candidates.add(
                    new Candidate(agent, wait, Candidate.confidence(1, success, wait, request.timeoutMillis(), mean)));
        }
        candidates.sort(Candidate.BEST);
        Long timeout = request.timeoutMillis();
        if (timeout == null) {
            return candidates;
        }
        List<Candidate> inTime = candidates.stream()
                .filter(c -> c.waitMillis() == null || c.waitMillis() <= timeout)
                .toList();
        if (inTime.isEmpty()) {
            throw new Declination("all slots of the " + active.size() + " active agents with the skills "
                    + request.required() + " are in use; the first is expected to be free in "
                    + candidates.get(0).waitMillis() + " ms, later than the " + timeout + " ms that were given");
        }
        return inTime;
    }

    private CompletionStage<Offered> offer(Request request, List<Candidate> best) {
        List<Candidate> ordered = new ArrayList<>(best);
        String preferred = request.preferredAgent();
        best.stream().filter(c -> c.id().equals(preferred)).findFirst().ifPresent(first -> {
            ordered.remove(first);
            ordered.add(0, first);
        });
        if (request.reserveMillis() == null) {
            return CompletableFuture.completedFuture(offered(request, ordered, null));
        }
        List<Candidate> free = ordered.stream().filter(c -> c.free() > 0).toList();
        if (free.isEmpty()) {
            throw new Declination("all slots of the " + best.size() + " active agents with the skills "
                    + request.required() + " are in use, so none can be reserved");
        }
        return reserve(request, free, Duration.ofMillis(request.reserveMillis()), 1);
    }

    /** Somebody may be faster: then the next one. */
    private CompletionStage<Offered> reserve(Request request, List<Candidate> free, Duration atMost, int number) {
        return agents.reserve(free.get(0).id(), atMost)
                .handle((reservation, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(offered(request, free, reservation));
                    }
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    if (isTaken(cause) && free.size() > 1 && number < MAX_TRIES) {
                        return reserve(request, free.subList(1, free.size()), atMost, number + 1)
                                .toCompletableFuture();
                    }
                    return CompletableFuture.<Offered>failedFuture(Objects.requireNonNullElse(cause, failure));
                })
                .thenCompose(offered -> offered);
    }

    private static boolean isTaken(@Nullable Throwable cause) {
        return cause instanceof Refusal refusal
                && (refusal.reason() == Refusal.Reason.CONFLICT || refusal.reason() == Refusal.Reason.NOT_FOUND);
    }

    private static Offered offered(Request request, List<Candidate> ordered, @Nullable Reservation reservation) {
        Candidate chosen = ordered.get(0);
        return new Offered(
                chosen.id(),
                chosen.confidence(),
                chosen.waitMillis(),
                reason(request.preferredAgent(), chosen.id(), ordered.size()),
                reservation == null ? null : reservation.id(),
                reservation == null ? null : reservation.until().toString(),
                ordered.stream()
                        .skip(1)
                        .limit(MAX_ALTERNATIVES)
                        .map(Alternative::of)
                        .toList());
    }

    private static String reason(@Nullable String preferred, String chosen, int number) {
        if (chosen.equals(preferred)) {
            return "preferred, has the skills and can begin in time";
        }
        String best = "the best of " + number + " that have the skills and can begin in time";
        return preferred == null ? best : best + "; the preferred one is not among them";
    }
}
