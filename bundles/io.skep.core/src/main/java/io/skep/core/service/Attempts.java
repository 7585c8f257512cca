// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.LocalProgram;
import io.skep.api.Refusal;
import io.skep.api.task.Assignment;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.AttemptService;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.api.task.Usage;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.dispatch.Claim;
import io.skep.core.engine.Dormancy;
import io.skep.core.engine.Engine;
import io.skep.core.engine.Turn;
import io.skep.core.state.Transitions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What agents do with the tasks they were given, as commands to the engine. */
public final class Attempts implements AttemptService {
    private static final Duration MAX_WAIT = Duration.ofMinutes(1);
    private static final int MAX_ERROR = 16_384;
    private static final int MAX_LINE = 4096;

    private final Engine engine;
    private final RandomGenerator random;
    private final References references;
    private final AtomicInteger waiting = new AtomicInteger();

    /** Over an engine; {@code random} spreads delays and is used by the engine's thread only. */
    public Attempts(Engine engine, RandomGenerator random, References references) {
        this.engine = engine;
        this.random = random;
        this.references = references;
    }

    /** How many claims wait now. */
    public int waitingClaims() {
        return waiting.get();
    }

    @Override
    public CompletionStage<List<Assignment>> claim(String agent, int max, Duration wait) {
        return Tasks.refusing(() -> {
            Checks.range("max", max, 1, 1000);
            Checks.duration("wait", wait, Duration.ZERO, MAX_WAIT);
            CompletableFuture<List<Assignment>> answer = new CompletableFuture<>();
            Claim claim = new Claim(max, answer);
            engine.ask(turn -> beginClaim(turn, agent, claim, wait)).whenComplete((begun, failure) -> {
                if (failure != null) {
                    answer.completeExceptionally(failure);
                }
            });
            return answer.thenCompose(assignments -> references.whole(assignments, this::lost));
        });
    }

    /** Trying again would find the same. */
    private CompletionStage<Task> lost(Task task, String cause) {
        return fail(new AttemptRef(task.id(), task.token(), agentOf(task)), AttemptEnd.FAILED, cause, false);
    }

    private static String agentOf(Task task) {
        return task.currentAttempt().orElseThrow().agent();
    }

    private boolean beginClaim(Turn turn, String agent, Claim claim, Duration wait) {
        AgentRuntime runtime = Agents.existing(turn, agent);
        if (runtime.record().connected()) {
            throw Refusal.of(Refusal.Reason.CONFLICT, "agent " + agent + " is driven by a connector");
        }
        if (!wait.isZero() && waiting.get() >= engine.settings().maxWaits()) {
            throw Refusal.retryLater(
                    Refusal.Reason.BUSY, waiting.get() + " claims wait already", Duration.ofSeconds(1));
        }
        engine.dormancy().saysAwake(turn, runtime);
        if (!Dormancy.isAway(runtime)) {
            engine.heard(turn, runtime);
        }
        turn.agents().addClaim(runtime, claim);
        waiting.incrementAndGet();
        claim.answer().whenComplete((assigned, failure) -> waiting.decrementAndGet());
        engine.afterDispatch(turn, () -> {
            if (claim.taken().isEmpty()) {
                if (wait.isZero()) {
                    giveUp(turn, runtime, claim);
                } else {
                    engine.later(turn.now().plus(wait), later -> giveUp(later, runtime, claim));
                }
            }
        });
        return true;
    }

    private boolean giveUp(Turn turn, AgentRuntime agent, Claim claim) {
        if (claim.taken().isEmpty() && !claim.answer().isDone() && turn.agents().removeClaim(agent, claim)) {
            // It waited until now, so it was there until now.
            if (!Dormancy.isAway(agent)) {
                engine.heard(turn, agent);
            }
            turn.answer(claim.answer(), List.of());
        }
        return true;
    }

    @Override
    public CompletionStage<Task> start(AttemptRef attempt, @Nullable LocalProgram program) {
        return engine.ask(turn -> {
            Task task = held(turn, attempt);
            if (task.state() == TaskState.ASSIGNED) {
                task = Transitions.start(task, program, turn.now());
                turn.put(task);
            }
            return task;
        });
    }

    @Override
    public CompletionStage<Instant> heartbeat(AttemptRef attempt, @Nullable String progress) {
        return Tasks.refusing(() -> {
            Checks.text("progress", progress == null ? "" : progress, 0, MAX_LINE);
            return engine.ask(turn -> {
                Task task = held(turn, attempt);
                AgentRuntime agent = Agents.existing(turn, attempt.agent());
                if (progress != null) {
                    turn.progress(Transitions.progress(task, progress));
                }
                hear(turn, attempt);
                if (!agent.record().connected()) {
                    agent.renewAttempt(
                            task.id(), turn.now().plus(agent.record().spec().lease()));
                }
                return Objects.requireNonNullElse(agent.attemptLease(task.id(), attempt.token()), turn.now());
            });
        });
    }

    @Override
    public List<CompletionStage<Task>> complete(List<Completion> completions) {
        return completions.stream().map(this::complete).toList();
    }

    private CompletionStage<Task> complete(Completion completion) {
        return Tasks.refusing(() -> {
            Checks.valueOrPayload("result", completion.result());
            String result = Objects.requireNonNullElse(completion.result(), "null");
            return references
                    .ofResult(result)
                    .thenCompose(kept -> engine.ask(turn -> {
                        Task said = alreadySaid(turn, completion.attempt(), AttemptEnd.COMPLETED);
                        if (said != null) {
                            return said;
                        }
                        Task task = held(turn, completion.attempt());
                        hear(turn, completion.attempt());
                        turn.put(
                                engine.checkpoints().isChecked(task)
                                        ? Transitions.propose(task, result, turn.now())
                                        : Transitions.complete(task, result, turn.now()));
                        return turn.state().task(task.id());
                    }));
        });
    }

    @Override
    public CompletionStage<Task> fail(AttemptRef attempt, AttemptEnd end, String error, boolean retryable) {
        return Tasks.refusing(() -> {
            if (end == AttemptEnd.COMPLETED || end == AttemptEnd.CANCELED) {
                throw Refusal.invalid("end", "an attempt does not fail by being " + end);
            }
            Checks.text("error", error, 1, MAX_ERROR);
            return engine.ask(turn -> {
                Task said = alreadySaid(turn, attempt, end);
                if (said != null) {
                    return said;
                }
                Task task = held(turn, attempt);
                hear(turn, attempt);
                turn.put(Transitions.endAttempt(task, end, error, retryable, random.nextDouble(), turn.now()));
                return turn.state().task(attempt.task());
            });
        });
    }

    @Override
    public CompletionStage<Task> takeBack(AttemptRef attempt, String reason) {
        return Tasks.refusing(() -> {
            Checks.text("reason", reason, 1, MAX_LINE);
            return engine.ask(turn -> {
                Task said = takenBack(turn, attempt);
                if (said != null) {
                    return said;
                }
                Task task = held(turn, attempt);
                if (task.state() != TaskState.ASSIGNED) {
                    throw Refusal.of(
                            Refusal.Reason.CONFLICT,
                            "attempt " + attempt.token() + " at task " + task.id() + " has begun; the task is "
                                    + task.state().wire());
                }
                turn.put(Transitions.endAttempt(task, AttemptEnd.INTERRUPTED, reason, true, 0, turn.now()));
                return turn.state().task(task.id());
            });
        });
    }

    @Override
    public CompletionStage<Task> use(AttemptRef attempt, Usage total) {
        return engine.ask(turn -> {
            Task task = turn.state().task(attempt.task());
            Attempt its = task.attempts().stream()
                    .filter(a -> a.token() == attempt.token() && a.agent().equals(attempt.agent()))
                    .findFirst()
                    .orElseThrow(() -> Refusal.of(
                            Refusal.Reason.FENCED,
                            "token",
                            "agent " + attempt.agent() + " has no attempt " + attempt.token() + " at task "
                                    + task.id()));
            if (!total.since(its.usage()).equals(Usage.NONE)) {
                turn.usage(Transitions.use(task, attempt.token(), total));
            }
            return turn.state().task(task.id());
        });
    }

    @Override
    public CompletionStage<Task> requireInput(AttemptRef attempt, String prompt) {
        return Tasks.refusing(() -> {
            Checks.text("prompt", prompt, 1, MAX_ERROR);
            return engine.ask(turn -> {
                Task task = held(turn, attempt);
                hear(turn, attempt);
                if (task.state() == TaskState.ASSIGNED) {
                    throw Refusal.of(Refusal.Reason.CONFLICT, "task " + task.id() + " has not been started");
                }
                if (task.state() == TaskState.WORKING) {
                    task = Transitions.requireInput(task, prompt, turn.now());
                    turn.put(task);
                }
                return task;
            });
        });
    }

    /** A word about an attempt tells that its agent lives, unless it comes from a version that was replaced. */
    private void hear(Turn turn, AttemptRef attempt) {
        AgentRuntime agent = turn.agents().find(attempt.agent());
        boolean byFormer = agent != null
                && turn.state().task(attempt.task()).attempts().stream()
                        .anyMatch(a ->
                                a.token() == attempt.token() && agent.record().isFormers(a.assignedAt()));
        if (agent != null && !agent.record().connected() && !byFormer) {
            engine.heard(turn, agent);
        }
    }

    /** The task as it stands, if that attempt was interrupted before it began. */
    private static @Nullable Task takenBack(Turn turn, AttemptRef ref) {
        Task task = alreadySaid(turn, ref, AttemptEnd.INTERRUPTED);
        boolean begun = task != null
                && task.attempts().stream().anyMatch(a -> a.token() == ref.token() && a.startedAt() != null);
        return begun ? null : task;
    }

    /** The task as it stands, if its agent has said this word about this attempt before. */
    private static @Nullable Task alreadySaid(Turn turn, AttemptRef ref, AttemptEnd end) {
        Task task = turn.state().task(ref.task());
        for (Attempt attempt : task.attempts()) {
            if (attempt.token() == ref.token() && attempt.agent().equals(ref.agent()) && attempt.end() == end) {
                return task;
            }
        }
        return null;
    }

    /** The task, if the agent holds it by this very attempt. */
    private static Task held(Turn turn, AttemptRef ref) {
        Task task = turn.state().task(ref.task());
        boolean current = task.state().isHeld() && task.token() == ref.token();
        if (current && task.currentAttempt().orElseThrow().agent().equals(ref.agent())) {
            return task;
        }
        throw Refusal.of(
                Refusal.Reason.FENCED,
                "token",
                "attempt " + ref.token() + " of agent " + ref.agent() + " at task " + ref.task()
                        + " is over; the task is " + task.state().wire() + " (" + task.cause() + ")");
    }
}
