// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.Page;
import io.skep.api.Refusal;
import io.skep.api.store.Projection;
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
import io.skep.core.engine.Engine;
import io.skep.core.engine.Reads;
import io.skep.core.engine.State;
import io.skep.core.state.Transitions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What submitters do with tasks, as commands to the engine. */
public final class Tasks implements TaskService {
    private static final Duration MAX_WAIT = Duration.ofMinutes(5);
    private static final int MAX_QUEUES = 1000;

    private final Engine engine;
    private final Projection projection;
    private final References references;
    private final BulkJobs bulks;

    /** Over an engine, the projection for what is no longer in memory, and the payloads that tasks refer to. */
    public Tasks(Engine engine, Projection projection, References references) {
        this.engine = engine;
        this.projection = projection;
        this.references = references;
        this.bulks = new BulkJobs(engine, projection);
    }

    @Override
    public CompletionStage<List<Submitted>> submit(List<TaskSpec> specs) {
        return refusing(() -> {
            List<TaskSpec> checked = TaskChecks.check(specs);
            return references.ofInputs(checked).thenCompose(kept -> create(checked));
        });
    }

    private CompletionStage<List<Submitted>> create(List<TaskSpec> checked) {
        State state = engine.state();
        if (!Forgotten.isNeeded(state, checked)) {
            return engine.ask(new Submission(engine, checked, Forgotten.NOTHING));
        }
        return Reads.on(engine.readers(), () -> Forgotten.read(state, projection, checked))
                .thenCompose(forgotten -> engine.ask(new Submission(engine, checked, forgotten)));
    }

    @Override
    public CompletionStage<Optional<Task>> find(String id) {
        Task inMemory = engine.state().find(id);
        if (inMemory != null) {
            return CompletableFuture.completedFuture(Optional.of(inMemory));
        }
        return Reads.on(engine.readers(), () -> projection.task(id).map(Forgotten::decode));
    }

    @Override
    public CompletionStage<Page<Task>> list(TaskQuery query) {
        return refusing(() -> {
            Checks.range("limit", query.limit(), 1, TaskQuery.MAX_LIMIT);
            return Reads.on(engine.readers(), () -> {
                Page<byte[]> page = projection.tasks(query);
                return new Page<>(page.items().stream().map(Forgotten::decode).toList(), page.next());
            });
        });
    }

    @Override
    public CompletionStage<Task> awaitEnd(String id, Duration atMost) {
        return refusing(() -> {
            Checks.duration("wait", atMost, Duration.ZERO, MAX_WAIT);
            if (engine.state().find(id) == null) {
                return find(id).thenApply(found -> found.orElseThrow(() -> noTask(id)));
            }
            return engine.waits().await(id, atMost, () -> engine.state().find(id), () -> engine.ask(turn -> id));
        });
    }

    @Override
    public CompletionStage<List<QueueStatus>> queues() {
        return engine.ask(turn -> engine.dispatcher().queues(turn.now(), MAX_QUEUES));
    }

    @Override
    public CompletionStage<Task> route(String id, String agent) {
        return find(id).thenCompose(found -> {
            Task last = found.orElseThrow(() -> noTask(id));
            return engine.ask(turn ->
                    Sending.route(turn, Objects.requireNonNullElse(turn.state().find(id), last), agent));
        });
    }

    @Override
    public CompletionStage<Task> move(String id, String from, String to, String reason) {
        return refusing(() -> {
            Checks.text("reason", reason, 1, Selection.MAX_REASON);
            return engine.ask(turn -> Sending.move(turn, turn.state().task(id), from, to, reason));
        });
    }

    @Override
    public CompletionStage<Why> why(String id) {
        if (engine.state().find(id) == null) {
            return find(id).thenApply(found -> Reasons.ended(found.orElseThrow(() -> noTask(id))));
        }
        return engine.ask(turn -> Reasons.of(turn, engine, turn.state().task(id)));
    }

    @Override
    public CompletionStage<Task> cancel(String id, @Nullable String reason) {
        return refusing(() -> {
            String cause = reason == null ? "canceled by request" : reason;
            Checks.text("reason", cause, 1, 4096);
            return orForgotten(
                    id,
                    () -> engine.ask(turn -> {
                        engine.trees().cancel(turn, id, cause);
                        return turn.state().task(id);
                    }));
        });
    }

    @Override
    public CompletionStage<Task> retry(String id) {
        return find(id).thenCompose(found -> {
            Task last = found.orElseThrow(() -> noTask(id));
            return engine.ask(turn -> {
                Task task = Objects.requireNonNullElse(turn.state().find(id), last);
                if (!task.state().isTerminal()) {
                    throw Refusal.of(Refusal.Reason.CONFLICT, "task " + id + " has not ended");
                }
                if (task.isQuarantined()) {
                    throw Refusal.of(
                            Refusal.Reason.CONFLICT,
                            "task " + id + " is quarantined after " + task.countedAttempts()
                                    + " attempts; it has to be released");
                }
                turn.put(Transitions.retry(task, turn.now()));
                return turn.state().task(id);
            });
        });
    }

    @Override
    public CompletionStage<Task> release(String id) {
        return find(id).thenCompose(found -> {
            Task last = found.orElseThrow(() -> noTask(id));
            return engine.ask(turn -> {
                Task task = Objects.requireNonNullElse(turn.state().find(id), last);
                if (!task.isQuarantined()) {
                    throw Refusal.of(Refusal.Reason.CONFLICT, "task " + id + " is not quarantined");
                }
                turn.put(Transitions.release(task, turn.now()));
                return turn.state().task(id);
            });
        });
    }

    @Override
    public CompletionStage<BulkJob> bulk(BulkRequest request) {
        return refusing(() -> CompletableFuture.completedFuture(bulks.begin(request)));
    }

    @Override
    public CompletionStage<BulkJob> awaitBulk(String id, Duration atMost) {
        return refusing(() -> {
            Checks.duration("wait", atMost, Duration.ZERO, MAX_WAIT);
            return bulks.awaitEnd(id, atMost);
        });
    }

    @Override
    public void stopBulk(String id) {
        bulks.stop(id);
    }

    @Override
    public CompletionStage<Task> answer(String id, String answer) {
        return refusing(() -> {
            Checks.value("answer", answer);
            if (engine.state().find(id) == null) {
                return find(id).thenApply(found -> {
                    throw found.map(Tasks::asksNothing).orElseGet(() -> noTask(id));
                });
            }
            return engine.ask(turn -> {
                Task task = turn.state().task(id);
                if (task.state() != TaskState.INPUT_REQUIRED) {
                    throw asksNothing(task);
                }
                turn.put(Transitions.answer(task, answer, turn.now()));
                engine.answered(turn, turn.state().task(id), answer);
                return turn.state().task(id);
            });
        });
    }

    private static Refusal asksNothing(Task task) {
        return Refusal.of(
                Refusal.Reason.CONFLICT,
                "task " + task.id() + " is " + task.state().wire() + " and asks nothing");
    }

    /** A task that is no longer in memory has ended, and stays as it is. */
    private CompletionStage<Task> orForgotten(String id, Supplier<CompletionStage<Task>> command) {
        return engine.state().find(id) != null
                ? command.get()
                : find(id).thenApply(found -> found.orElseThrow(() -> noTask(id)));
    }

    static Refusal noTask(String id) {
        return Refusal.of(Refusal.Reason.NOT_FOUND, "there is no task " + id);
    }

    /** A refusal reaches the caller as the stage's end, wherever it was found. */
    public static <T> CompletionStage<T> refusing(Supplier<CompletionStage<T>> request) {
        try {
            return request.get();
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }
}
