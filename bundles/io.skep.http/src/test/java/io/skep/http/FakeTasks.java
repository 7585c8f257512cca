// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Page;
import io.skep.api.Refusal;
import io.skep.api.task.BulkJob;
import io.skep.api.task.BulkRequest;
import io.skep.api.task.QueueStatus;
import io.skep.api.task.Selection;
import io.skep.api.task.Submitted;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.Why;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The tasks of {@link FakeCore} as submitters see them. */
final class FakeTasks implements TaskService {
    volatile BulkJob bulk;
    private final FakeCore core;
    private final Map<String, String> keys = new HashMap<>();

    FakeTasks(FakeCore core) {
        this.core = core;
    }

    @Override
    public CompletionStage<List<Submitted>> submit(List<TaskSpec> specs) {
        return core.stage(() -> {
            for (TaskSpec spec : specs) {
                if (spec.priority() < 0 || spec.priority() > 9) {
                    throw Refusal.invalid("priority", "priority must be within 0 and 9");
                }
                if (spec.retry().initialDelay().toMillis() > 86_400_000) {
                    throw Refusal.invalid("retry.initialDelayMillis", "too long");
                }
            }
            List<Submitted> answers = specs.stream().map(this::one).collect(Collectors.toUnmodifiableList());
            core.attempts.serve();
            return answers;
        });
    }

    private Submitted one(TaskSpec spec) {
        String known = spec.idempotencyKey() == null ? null : keys.get(spec.idempotencyKey());
        if (known != null) {
            return new Submitted(core.tasks.get(known).snapshot(), true);
        }
        String id = "0" + core.tasks.size() % 8 + "-" + core.tasks.size();
        FakeTask task = new FakeTask(id, spec, core.now());
        core.tasks.put(id, task);
        if (spec.idempotencyKey() != null) {
            keys.put(spec.idempotencyKey(), id);
        }
        core.events.add("task.queued", id, "submitted", null, 0);
        return new Submitted(task.snapshot(), false);
    }

    @Override
    public CompletionStage<Optional<Task>> find(String id) {
        return core.stage(() -> Optional.ofNullable(core.tasks.get(id)).map(FakeTask::snapshot));
    }

    @Override
    public CompletionStage<Page<Task>> list(TaskQuery query) {
        return core.stage(() -> {
            List<Task> all = core.tasks.values().stream()
                    .map(FakeTask::snapshot)
                    .filter(t -> matches(t, query))
                    .collect(Collectors.toCollection(ArrayList::new));
            Collections.reverse(all);
            int from = query.cursor() == null ? 0 : Integer.parseInt(query.cursor());
            int to = Math.min(all.size(), from + query.limit());
            return new Page<>(all.subList(from, to), to < all.size() ? Integer.toString(to) : null);
        });
    }

    private static boolean matches(Task task, TaskQuery query) {
        String agent = task.attempts().isEmpty()
                ? null
                : task.attempts().get(task.attempts().size() - 1).agent();
        return (query.states().isEmpty() || query.states().contains(task.state()))
                && (query.agent() == null || query.agent().equals(agent))
                && (query.tenant() == null || query.tenant().equals(task.spec().tenant()))
                && (query.text() == null || task.spec().description().contains(query.text()))
                && (query.submittedFrom() == null || !task.submittedAt().isBefore(query.submittedFrom()))
                && (query.submittedTo() == null || task.submittedAt().isBefore(query.submittedTo()));
    }

    @Override
    public CompletionStage<Task> awaitEnd(String id, Duration atMost) {
        synchronized (core) {
            FakeTask task = core.task(id);
            if (task.state.isTerminal()) {
                return CompletableFuture.completedFuture(task.snapshot());
            }
            CompletableFuture<Task> end = new CompletableFuture<>();
            core.attempts.onEnd(id, end);
            return end.orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(e -> core.task(id).snapshot());
        }
    }

    @Override
    public CompletionStage<Why> why(String id) {
        return core.stage(() -> new Why(id, core.task(id).state, List.of("no agent has skill x", "queued")));
    }

    @Override
    public CompletionStage<Task> cancel(String id, String reason) {
        return core.stage(() -> {
            FakeTask task = core.task(id);
            task.to(TaskState.CANCELED, reason == null ? "canceled" : reason, core.now());
            core.attempts.ended(task);
            return task.snapshot();
        });
    }

    @Override
    public CompletionStage<Task> retry(String id) {
        return core.stage(() -> {
            FakeTask task = core.task(id);
            if (!task.state.isTerminal()) {
                throw Refusal.of(Refusal.Reason.CONFLICT, "the task has not ended");
            }
            task.to(TaskState.QUEUED, "retried", core.now());
            core.attempts.serve();
            return task.snapshot();
        });
    }

    @Override
    public CompletionStage<BulkJob> bulk(BulkRequest request) {
        return core.stage(() -> {
            bulk = new BulkJob("bulk-1", request, core.now(), null, 0, 0, List.of(), null);
            return bulk;
        });
    }

    @Override
    public CompletionStage<BulkJob> awaitBulk(String id, Duration atMost) {
        return core.stage(() -> {
            if (bulk == null || !bulk.id().equals(id)) {
                throw Refusal.of(Refusal.Reason.NOT_FOUND, "there is no bulk job " + id);
            }
            return bulk;
        });
    }

    @Override
    public void stopBulk(String id) {
        if (bulk != null) {
            bulk = new BulkJob(
                    id, bulk.request(), bulk.startedAt(), core.now(), 7, 2, List.of("00-1"), "it was stopped");
        }
    }

    @Override
    public CompletionStage<List<QueueStatus>> queues() {
        return core.stage(() -> List.of(
                new QueueStatus(
                        Set.of("b", "a"), "t", 3, core.now(), 1.5, 2, Duration.ofSeconds(6), List.of("x"), 1, 0),
                new QueueStatus(Set.of(), "u", 0, null, 0, 0.25, null, List.of(), 0, 0)));
    }

    @Override
    public CompletionStage<Task> move(String id, String from, String to, String reason) {
        return route(id, to);
    }

    @Override
    public CompletionStage<Task> route(String id, String agent) {
        return core.stage(() -> {
            FakeTask task = core.task(id);
            task.selection = new Selection(
                    agent, false, "d", List.of(new Selection.Choice(agent, 0.5)), List.of("asked for"), core.now());
            return task.snapshot();
        });
    }

    @Override
    public CompletionStage<Task> release(String id) {
        return core.stage(() -> {
            FakeTask task = core.task(id);
            if (!task.snapshot().isQuarantined()) {
                throw Refusal.of(Refusal.Reason.CONFLICT, "task " + id + " is not quarantined");
            }
            task.to(TaskState.QUEUED, "released", core.now());
            return task.snapshot();
        });
    }

    @Override
    public CompletionStage<Task> answer(String id, String answer) {
        return core.stage(() -> {
            FakeTask task = core.task(id);
            if (task.state != TaskState.INPUT_REQUIRED) {
                throw Refusal.of(Refusal.Reason.CONFLICT, "the task asks nothing");
            }
            task.answer = answer;
            task.to(TaskState.WORKING, "answered", core.now());
            return task.snapshot();
        });
    }
}
