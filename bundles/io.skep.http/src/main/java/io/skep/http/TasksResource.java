// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Page;
import io.skep.api.Refusal;
import io.skep.api.admin.Caller;
import io.skep.api.task.QueueStatus;
import io.skep.api.task.Submitted;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.TraceContext;
import io.skep.http.json.Json;
import io.skep.http.json.JsonInput;
import io.skep.http.json.QueueJson;
import io.skep.http.json.TaskJson;
import io.skep.http.json.TaskSpecJson;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Tasks as submitters see them. Thread-safe. */
final class TasksResource {
    static final Duration MAX_WAIT = Duration.ofMinutes(5);

    private static final int MAX_BATCH = 1000;
    private static final int DEFAULT_LIMIT = 100;

    /** What was submitted, and whether as an array. */
    private record Submission(List<TaskSpec> specs, boolean batch) {}

    CompletionStage<Answer> submit(Call call) {
        String key = call.header().value("Idempotency-Key");
        Submission read = call.body(in -> submission(in, key, call));
        Submission submission = new Submission(Rules.parts(call.caller(), read.specs(), call::heldTasks), read.batch());
        submission.specs().forEach(spec -> checkTenant(call.caller(), spec));
        return tasks(call).submit(submission.specs()).thenApply(submitted -> answer(submission, submitted));
    }

    private static Answer answer(Submission submission, List<Submitted> submitted) {
        if (submission.batch()) {
            return Answer.json(201, Json.array(submitted, TaskJson::write));
        }
        Submitted one = submitted.get(0);
        return Answer.json(one.duplicate() ? 200 : 201, json -> TaskJson.write(json, one))
                .header("Location", "/api/v1/tasks/" + one.task().id());
    }

    private static Submission submission(JsonInput in, @Nullable String key, Call call) throws IOException {
        if (!in.isArray()) {
            return new Submission(List.of(keyed(spec(in, call), key, "")), false);
        }
        List<TaskSpec> specs = in.array(MAX_BATCH, each -> spec(each, call));
        if (specs.isEmpty()) {
            throw in.invalid("an array of tasks must not be empty");
        }
        if (key == null) {
            return new Submission(specs, true);
        }
        List<TaskSpec> keyed = new ArrayList<>(specs.size());
        for (TaskSpec spec : specs) {
            keyed.add(keyed(spec, key + "/" + keyed.size(), "[" + keyed.size() + "]."));
        }
        return new Submission(keyed, true);
    }

    private static void checkTenant(Caller caller, TaskSpec spec) {
        if (!caller.reaches(spec.tenant())) {
            throw Refusal.of(Refusal.Reason.FORBIDDEN, "tenant", "this caller may submit to its own tenant only");
        }
    }

    /** As the caller submits it, and as its own; an agent that names no tenant means that of the whole. */
    private static TaskSpec spec(JsonInput in, Call call) throws IOException {
        Caller caller = call.caller();
        String tenant = caller.agent() == null ? caller.principal().tenant() : Rules.OF_THE_WHOLE;
        TaskSpec spec = TaskSpecJson.read(in, tenant == null ? TaskSpec.DEFAULT_TENANT : tenant);
        Optional<TraceContext> header = TraceContext.parse(call.header().value("traceparent"));
        if (spec.traceparent() == null && header.isPresent()) {
            spec = spec.toBuilder().traceparent(header.get().traceparent()).build();
        }
        String owner = call.owner();
        return owner == null ? spec : spec.toBuilder().owner(owner).build();
    }

    private static TaskSpec keyed(TaskSpec spec, @Nullable String key, String path) {
        if (key == null) {
            return spec;
        }
        if (spec.idempotencyKey() != null && !spec.idempotencyKey().equals(key)) {
            throw Refusal.invalid(
                    path + "idempotencyKey", "the body and the header Idempotency-Key name different keys");
        }
        return spec.toBuilder().idempotencyKey(key).build();
    }

    CompletionStage<Answer> list(Call call) {
        Query query = call.query();
        TaskQuery wanted = new TaskQuery(
                states(query.text("state")),
                query.text("agent"),
                tenant(query, call.caller()),
                query.text("text"),
                query.instant("from"),
                query.instant("to"),
                query.integer("limit", DEFAULT_LIMIT, 1, TaskQuery.MAX_LIMIT),
                query.text("cursor"));
        return tasks(call).list(wanted).thenApply(TasksResource::page);
    }

    private static @Nullable String tenant(Query query, Caller caller) {
        String wanted = query.text("tenant");
        if (caller.tenant() != null && wanted != null && !wanted.equals(caller.tenant())) {
            throw Refusal.of(Refusal.Reason.FORBIDDEN, "tenant", "this caller may see its own tenant only");
        }
        if (caller.isOwnOnly()) {
            throw Refusal.of(Refusal.Reason.FORBIDDEN, "this caller may see only its own tasks, which goes one by one");
        }
        return caller.tenant() == null ? wanted : caller.tenant();
    }

    private static Answer page(Page<Task> page) {
        return Answer.json(200, json -> {
            json.writeStartObject();
            json.writeFieldName("items");
            Json.<Task>array(page.items(), TaskJson::write).write(json);
            if (page.next() != null) {
                json.writeStringField("next", page.next());
            }
            json.writeEndObject();
        });
    }

    private static Set<TaskState> states(@Nullable String text) {
        EnumSet<TaskState> states = EnumSet.noneOf(TaskState.class);
        if (text != null) {
            for (String state : text.split(",", -1)) {
                try {
                    states.add(TaskState.ofWire(state));
                } catch (IllegalArgumentException e) {
                    throw Refusal.invalid("state", "there is no state " + state);
                }
            }
        }
        return states;
    }

    CompletionStage<Answer> get(Call call) {
        Duration wait = call.query().wait("wait", MAX_WAIT);
        if (!wait.isZero()) {
            return tasks(call).awaitEnd(call.id(), wait).thenApply(TasksResource::task);
        }
        return find(call.orchestrator().tasks(), call.id()).thenApply(TasksResource::task);
    }

    CompletionStage<Answer> why(Call call) {
        return tasks(call).why(call.id()).thenApply(why -> Answer.json(200, json -> TaskJson.write(json, why)));
    }

    CompletionStage<Answer> cancel(Call call) {
        Optional<String> reason = call.body().isBlank() ? Optional.empty() : call.body(in -> only(in, "reason", false));
        return tasks(call).cancel(call.id(), reason.orElse(null)).thenApply(TasksResource::task);
    }

    CompletionStage<Answer> queues(Call call) {
        String tenant = tenant(call.query(), call.caller());
        return tasks(call).queues().thenApply(queues -> {
            List<QueueStatus> seen = queues.stream()
                    .filter(queue -> tenant == null || queue.tenant().equals(tenant))
                    .toList();
            return Answer.json(200, Json.array(seen, QueueJson::write));
        });
    }

    CompletionStage<Answer> release(Call call) {
        return tasks(call).release(call.id()).thenApply(TasksResource::task);
    }

    CompletionStage<Answer> route(Call call) {
        String agent =
                call.body(in -> in.required("agent", only(in, "agent", false).orElse(null)));
        return tasks(call).route(call.id(), agent).thenApply(TasksResource::task);
    }

    CompletionStage<Answer> retry(Call call) {
        return tasks(call).retry(call.id()).thenApply(TasksResource::task);
    }

    CompletionStage<Answer> answer(Call call) {
        String answer =
                call.body(in -> in.required("answer", only(in, "answer", true).orElse(null)));
        return tasks(call).answer(call.id(), answer).thenApply(TasksResource::task);
    }

    /** The text of the only member that there may be; empty without it. */
    private static Optional<String> only(JsonInput in, String name, boolean raw) throws IOException {
        StringBuilder value = new StringBuilder();
        in.object(member -> {
            if (!member.equals(name)) {
                throw in.unknown();
            }
            value.append(raw ? in.raw() : Objects.requireNonNullElse(in.string(), ""));
        });
        return value.length() == 0 ? Optional.empty() : Optional.of(value.toString());
    }

    static CompletionStage<Task> find(TaskService tasks, String id) {
        return tasks.find(id)
                .thenApply(
                        task -> task.orElseThrow(() -> Refusal.of(Refusal.Reason.NOT_FOUND, "there is no task " + id)));
    }

    static Answer task(Task task) {
        return Answer.json(200, json -> TaskJson.write(json, task));
    }

    private static TaskService tasks(Call call) {
        return call.orchestrator().tasks();
    }
}
