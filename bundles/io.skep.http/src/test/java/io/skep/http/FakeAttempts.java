// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.LocalProgram;
import io.skep.api.Refusal;
import io.skep.api.agent.Agent;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.AttemptService;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.api.task.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The tasks of {@link FakeCore} as agents see them. */
final class FakeAttempts implements AttemptService {
    private final FakeCore core;
    private final List<Waiting> waiting = new ArrayList<>();
    private final Map<String, List<CompletableFuture<Task>>> ends = new HashMap<>();

    /** Whether completions are not answered for the time being. */
    volatile boolean silent;

    private final List<CompletableFuture<Task>> unanswered = new CopyOnWriteArrayList<>();

    private record Waiting(String agent, int max, CompletableFuture<List<Assignment>> claim) {}

    FakeAttempts(FakeCore core) {
        this.core = core;
    }

    int waiting() {
        synchronized (core) {
            waiting.removeIf(w -> w.claim.isDone());
            return waiting.size();
        }
    }

    void onEnd(String id, CompletableFuture<Task> end) {
        ends.computeIfAbsent(id, i -> new ArrayList<>()).add(end);
    }

    void ended(FakeTask task) {
        List<CompletableFuture<Task>> those = ends.remove(task.id);
        if (those != null) {
            those.forEach(f -> f.complete(task.snapshot()));
        }
        core.events.add("task." + task.state.wire(), task.id, task.cause, null, task.attempts.size());
    }

    @Override
    public CompletionStage<List<Assignment>> claim(String agent, int max, Duration wait) {
        return core.stage(() -> take(agent, max)).thenCompose(taken -> {
            if (!taken.isEmpty() || wait.isZero()) {
                return CompletableFuture.completedFuture(taken);
            }
            CompletableFuture<List<Assignment>> claim = new CompletableFuture<>();
            synchronized (core) {
                waiting.add(new Waiting(agent, max, claim));
                // What came since it looked would be missed otherwise.
                serve();
            }
            return claim.completeOnTimeout(List.of(), wait.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    private List<Assignment> take(String id, int max) {
        Agent agent = core.agents.present(id);
        List<Assignment> taken = new ArrayList<>();
        for (FakeTask task : core.tasks.values()) {
            boolean fits =
                    task.state == TaskState.QUEUED && agent.spec().skillIds().containsAll(task.spec.skills());
            if (fits && taken.size() < max) {
                task.begin(id, core.now());
                core.events.add("task.working", task.id, task.cause, id, task.attempts.size());
                taken.add(new Assignment(
                        task.snapshot(), core.now().plus(agent.spec().lease())));
            }
        }
        return taken;
    }

    /** Gives queued tasks to claims that wait. */
    void serve() {
        for (Waiting w : List.copyOf(waiting)) {
            if (w.claim.isDone()) {
                waiting.remove(w);
                continue;
            }
            List<Assignment> taken = take(w.agent, w.max);
            if (!taken.isEmpty()) {
                waiting.remove(w);
                w.claim.complete(taken);
            }
        }
    }

    private FakeTask held(AttemptRef ref) {
        FakeTask task = core.task(ref.task());
        boolean current = task.state.isHeld()
                && task.newest().token() == ref.token()
                && task.newest().agent().equals(ref.agent());
        if (!current) {
            throw Refusal.of(Refusal.Reason.FENCED, "attempt " + ref.token() + " of " + ref.task() + " is over");
        }
        return task;
    }

    @Override
    public CompletionStage<Task> start(AttemptRef attempt, LocalProgram program) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Instant> heartbeat(AttemptRef attempt, String progress) {
        return core.stage(() -> {
            held(attempt).progress = progress;
            return core.now().plusSeconds(30);
        });
    }

    @Override
    public CompletionStage<Task> use(AttemptRef attempt, Usage total) {
        return core.stage(() -> {
            FakeTask task = core.task(attempt.task());
            task.use(attempt.token(), total);
            return task.snapshot();
        });
    }

    void answerAll() {
        unanswered.forEach(f -> f.completeExceptionally(Refusal.of(Refusal.Reason.FENCED, "late")));
    }

    @Override
    public List<CompletionStage<Task>> complete(List<Completion> completions) {
        if (silent) {
            unanswered.add(new CompletableFuture<>());
            return List.copyOf(unanswered);
        }
        return completions.stream()
                .map(c -> core.stage(() -> {
                    FakeTask task = held(c.attempt());
                    task.result = c.result();
                    task.endAttempt(AttemptEnd.COMPLETED, "done", core.now());
                    task.to(TaskState.COMPLETED, "done", core.now());
                    ended(task);
                    return task.snapshot();
                }))
                .collect(Collectors.toUnmodifiableList());
    }

    @Override
    public CompletionStage<Task> fail(AttemptRef attempt, AttemptEnd end, String error, boolean retryable) {
        return core.stage(() -> {
            FakeTask task = held(attempt);
            task.endAttempt(end, error, core.now());
            if (retryable) {
                task.to(TaskState.QUEUED, error, core.now());
                serve();
            } else {
                task.error = error;
                task.to(TaskState.FAILED, error, core.now());
                ended(task);
            }
            return task.snapshot();
        });
    }

    @Override
    public CompletionStage<Task> takeBack(AttemptRef attempt, String reason) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Task> requireInput(AttemptRef attempt, String prompt) {
        return core.stage(() -> {
            FakeTask task = held(attempt);
            task.prompt = prompt;
            task.to(TaskState.INPUT_REQUIRED, "asks", core.now());
            return task.snapshot();
        });
    }
}
