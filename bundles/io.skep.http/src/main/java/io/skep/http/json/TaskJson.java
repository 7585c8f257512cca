// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import io.skep.api.task.Assignment;
import io.skep.api.task.Attempt;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Submitted;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.TraceContext;
import io.skep.api.task.Usage;
import io.skep.api.task.Why;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes tasks. Member names are encoded once, since this is most of what the server writes. */
public final class TaskJson {
    private static final SerializedString ID = new SerializedString("id");
    private static final SerializedString NAME = new SerializedString("name");
    private static final SerializedString DESCRIPTION = new SerializedString("description");
    private static final SerializedString STATE = new SerializedString("state");
    private static final SerializedString CAUSE = new SerializedString("cause");
    private static final SerializedString PRIORITY = new SerializedString("priority");
    private static final SerializedString TENANT = new SerializedString("tenant");
    private static final SerializedString OWNER = new SerializedString("owner");
    private static final SerializedString SKILLS = new SerializedString("skills");
    private static final SerializedString PARENT = new SerializedString("parent");
    private static final SerializedString DEPENDS_ON = new SerializedString("dependsOn");
    private static final SerializedString ON_DEPENDENCY_FAILURE = new SerializedString("onDependencyFailure");
    private static final SerializedString NOT_BEFORE = new SerializedString("notBefore");
    private static final SerializedString DEADLINE = new SerializedString("deadline");
    private static final SerializedString ATTEMPT_TIMEOUT = new SerializedString("attemptTimeoutMillis");
    private static final SerializedString RETRY = new SerializedString("retry");
    private static final SerializedString MAX_ATTEMPTS = new SerializedString("maxAttempts");
    private static final SerializedString INITIAL_DELAY = new SerializedString("initialDelayMillis");
    private static final SerializedString MAX_DELAY = new SerializedString("maxDelayMillis");
    private static final SerializedString IDEMPOTENCY_KEY = new SerializedString("idempotencyKey");
    private static final SerializedString RESERVATION = new SerializedString("reservation");
    private static final SerializedString BUDGET = new SerializedString("budget");
    private static final SerializedString SPENT = new SerializedString("spent");
    private static final SerializedString USAGE = new SerializedString("usage");
    private static final SerializedString QUEUED_AT = new SerializedString("queuedAt");
    private static final SerializedString QUARANTINED = new SerializedString("quarantined");
    private static final SerializedString INPUT = new SerializedString("input");
    private static final SerializedString SUBMITTED_AT = new SerializedString("submittedAt");
    private static final SerializedString SINCE = new SerializedString("since");
    private static final SerializedString WAITING_FOR = new SerializedString("waitingFor");
    private static final SerializedString AGENT = new SerializedString("agent");
    private static final SerializedString TOKEN = new SerializedString("token");
    private static final SerializedString ATTEMPTS = new SerializedString("attempts");
    private static final SerializedString ASSIGNED_AT = new SerializedString("assignedAt");
    private static final SerializedString STARTED_AT = new SerializedString("startedAt");
    private static final SerializedString ENDED_AT = new SerializedString("endedAt");
    private static final SerializedString END = new SerializedString("end");
    private static final SerializedString PID = new SerializedString("pid");
    private static final SerializedString SELECTION = new SerializedString("selection");
    private static final SerializedString REVIEW = new SerializedString("review");
    private static final SerializedString PROGRESS = new SerializedString("progress");
    private static final SerializedString PROMPT = new SerializedString("prompt");
    private static final SerializedString ANSWER = new SerializedString("answer");
    private static final SerializedString RESULT = new SerializedString("result");
    private static final SerializedString ERROR = new SerializedString("error");
    private static final SerializedString LEASE_UNTIL = new SerializedString("leaseUntil");
    private static final SerializedString TRACEPARENT = new SerializedString("traceparent");
    private static final SerializedString DUPLICATE = new SerializedString("duplicate");

    private TaskJson() {}

    /** A task. */
    public static void write(JsonGenerator json, Task task) throws IOException {
        json.writeStartObject();
        members(json, task);
        json.writeEndObject();
    }

    /** A task, and whether it was there already. */
    public static void write(JsonGenerator json, Submitted submitted) throws IOException {
        json.writeStartObject();
        members(json, submitted.task());
        json.writeFieldName(DUPLICATE);
        json.writeBoolean(submitted.duplicate());
        json.writeEndObject();
    }

    /** A task, how long it is the agent's, and where in a trace the agent's spans are. */
    public static void write(JsonGenerator json, Assignment assignment) throws IOException {
        json.writeStartObject();
        Task task = assignment.task();
        members(json, task);
        instant(json, LEASE_UNTIL, assignment.leaseUntil());
        text(json, TRACEPARENT, TraceContext.of(task, task.token()).traceparent());
        json.writeEndObject();
    }

    /** Why a task is where it is. */
    public static void write(JsonGenerator json, Why why) throws IOException {
        json.writeStartObject();
        json.writeStringField("task", why.task());
        json.writeStringField("state", why.state().wire());
        json.writeFieldName("reasons");
        strings(json, why.reasons());
        json.writeEndObject();
    }

    private static void members(JsonGenerator json, Task task) throws IOException {
        text(json, ID, task.id());
        asked(json, task);
        text(json, STATE, task.state().wire());
        text(json, CAUSE, task.cause());
        instant(json, SUBMITTED_AT, task.submittedAt());
        instant(json, SINCE, task.since());
        instant(json, QUEUED_AT, task.queuedAt());
        if (task.isQuarantined()) {
            json.writeFieldName(QUARANTINED);
            json.writeBoolean(true);
        }
        json.writeFieldName(WAITING_FOR);
        strings(json, task.waitingFor());
        instant(json, NOT_BEFORE, task.notBefore() == null ? task.spec().notBefore() : task.notBefore());
        attempts(json, task.attempts());
        if (task.spent() != null) {
            json.writeFieldName(SPENT);
            BudgetJson.write(json, task.spent());
        }
        if (task.selection() != null) {
            json.writeFieldName(SELECTION);
            SelectionJson.write(json, task.selection());
        }
        text(json, PROGRESS, task.progress());
        text(json, PROMPT, task.prompt());
        text(json, ERROR, task.error());
        free(json, task);
    }

    /** Values of any kind come last, so that a client without a parser finds the members of the task before. */
    private static void free(JsonGenerator json, Task task) throws IOException {
        if (task.review() != null) {
            json.writeFieldName(REVIEW);
            ReviewJson.write(json, task.review());
        }
        raw(json, INPUT, task.spec().input() == null ? "null" : task.spec().input());
        raw(json, ANSWER, task.answer());
        boolean completed = task.state() == TaskState.COMPLETED;
        raw(json, RESULT, task.result() == null && completed ? "null" : task.result());
    }

    private static void asked(JsonGenerator json, Task task) throws IOException {
        TaskSpec spec = task.spec();
        text(json, NAME, spec.name());
        text(json, DESCRIPTION, spec.description());
        number(json, PRIORITY, spec.priority());
        text(json, TENANT, spec.tenant());
        text(json, OWNER, spec.owner());
        json.writeFieldName(SKILLS);
        strings(json, spec.skills());
        text(json, PARENT, spec.parent());
        json.writeFieldName(DEPENDS_ON);
        strings(json, spec.dependsOn());
        text(json, ON_DEPENDENCY_FAILURE, spec.onDependencyFailure().name().toLowerCase(Locale.ROOT));
        instant(json, DEADLINE, spec.deadline());
        if (spec.attemptTimeout() != null) {
            number(json, ATTEMPT_TIMEOUT, spec.attemptTimeout().toMillis());
        }
        retry(json, spec.retry());
        text(json, IDEMPOTENCY_KEY, spec.idempotencyKey());
        text(json, RESERVATION, spec.reservation());
        if (spec.budget() != null) {
            json.writeFieldName(BUDGET);
            BudgetJson.write(json, spec.budget());
        }
    }

    private static void retry(JsonGenerator json, RetryPolicy retry) throws IOException {
        json.writeFieldName(RETRY);
        json.writeStartObject();
        number(json, MAX_ATTEMPTS, retry.maxAttempts());
        number(json, INITIAL_DELAY, retry.initialDelay().toMillis());
        number(json, MAX_DELAY, retry.maxDelay().toMillis());
        json.writeEndObject();
    }

    private static void attempts(JsonGenerator json, List<Attempt> attempts) throws IOException {
        Attempt newest = attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
        text(json, AGENT, newest == null ? null : newest.agent());
        number(json, TOKEN, newest == null ? 0 : newest.token());
        json.writeFieldName(ATTEMPTS);
        json.writeStartArray();
        for (Attempt attempt : attempts) {
            json.writeStartObject();
            number(json, TOKEN, attempt.token());
            text(json, AGENT, attempt.agent());
            instant(json, ASSIGNED_AT, attempt.assignedAt());
            instant(json, STARTED_AT, attempt.startedAt());
            instant(json, ENDED_AT, attempt.endedAt());
            if (attempt.end() != null) {
                text(json, END, attempt.end().name().toLowerCase(Locale.ROOT));
            }
            text(json, CAUSE, attempt.cause());
            if (attempt.program() != null) {
                number(json, PID, attempt.program().pid());
            }
            if (!attempt.usage().equals(Usage.NONE)) {
                json.writeFieldName(USAGE);
                BudgetJson.write(json, attempt.usage());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void number(JsonGenerator json, SerializableString name, long value) throws IOException {
        json.writeFieldName(name);
        json.writeNumber(value);
    }

    private static void text(JsonGenerator json, SerializableString name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeFieldName(name);
            json.writeString(value);
        }
    }

    private static void instant(JsonGenerator json, SerializableString name, @Nullable Instant value)
            throws IOException {
        if (value != null) {
            json.writeFieldName(name);
            json.writeString(Timestamps.text(value));
        }
    }

    private static void raw(JsonGenerator json, SerializableString name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeFieldName(name);
            json.writeRawValue(value);
        }
    }

    /** Sets have no order of their own; sorted they read the same every time. */
    private static void strings(JsonGenerator json, Collection<String> values) throws IOException {
        json.writeStartArray();
        for (String value : values instanceof Set && values.size() > 1 ? new TreeSet<>(values) : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
