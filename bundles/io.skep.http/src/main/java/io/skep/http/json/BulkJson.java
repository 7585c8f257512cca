// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.task.BulkJob;
import io.skep.api.task.BulkRequest;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskState;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what is to be done with many tasks, and writes how far it is. */
public final class BulkJson {
    private static final int MAX_STATES = TaskState.values().length;

    private BulkJson() {}

    /** A {@link JsonInput.Shape}. */
    public static BulkRequest read(JsonInput in) throws IOException {
        var draft = new Object() {
            BulkRequest.@Nullable Action action;

            @Nullable
            TaskQuery query;

            @Nullable
            Integer priority;

            @Nullable
            String reason;

            boolean dryRun;
        };
        in.object(member -> {
            switch (member) {
                case "action" -> draft.action = action(in);
                case "query" -> draft.query = query(in);
                case "priority" -> draft.priority = in.integer();
                case "reason" -> draft.reason = in.string();
                case "dryRun" -> draft.dryRun = in.bool(false);
                default -> throw in.unknown();
            }
        });
        BulkRequest.Action action = in.required("action", draft.action);
        int priority = action == BulkRequest.Action.PRIORITIZE ? in.required("priority", draft.priority) : 0;
        return new BulkRequest(action, in.required("query", draft.query), priority, draft.reason, draft.dryRun);
    }

    private static BulkRequest.@Nullable Action action(JsonInput in) throws IOException {
        String value = in.string();
        if (value == null) {
            return null;
        }
        return switch (value) {
            case "cancel" -> BulkRequest.Action.CANCEL;
            case "retry" -> BulkRequest.Action.RETRY;
            case "release" -> BulkRequest.Action.RELEASE;
            case "prioritize" -> BulkRequest.Action.PRIORITIZE;
            default -> throw in.invalid("must be cancel, retry, release or prioritize");
        };
    }

    private static TaskQuery query(JsonInput in) throws IOException {
        var draft = new Object() {
            Set<TaskState> states = Set.of();

            @Nullable
            String agent;

            @Nullable
            String tenant;

            @Nullable
            String text;

            @Nullable
            Instant from;

            @Nullable
            Instant to;
        };
        in.object(member -> {
            switch (member) {
                case "state" -> draft.states = states(in);
                case "agent" -> draft.agent = in.string();
                case "tenant" -> draft.tenant = in.string();
                case "text" -> draft.text = in.string();
                case "from" -> draft.from = in.instant();
                case "to" -> draft.to = in.instant();
                default -> throw in.unknown();
            }
        });
        return new TaskQuery(draft.states, draft.agent, draft.tenant, draft.text, draft.from, draft.to, 1, null);
    }

    private static Set<TaskState> states(JsonInput in) throws IOException {
        Set<TaskState> states = EnumSet.noneOf(TaskState.class);
        for (String name : in.strings(MAX_STATES)) {
            try {
                states.add(TaskState.ofWire(name));
            } catch (IllegalArgumentException e) {
                throw in.invalid("there is no state " + name);
            }
        }
        return states;
    }

    /** A job. */
    public static void write(JsonGenerator json, BulkJob job) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", job.id());
        json.writeStringField("action", job.request().action().name().toLowerCase(Locale.ROOT));
        json.writeBooleanField("dryRun", job.request().dryRun());
        json.writeStringField("startedAt", Json.text(job.startedAt()));
        if (job.endedAt() != null) {
            json.writeStringField("endedAt", Json.text(job.endedAt()));
        }
        json.writeNumberField("changed", job.changed());
        json.writeNumberField("skipped", job.skipped());
        json.writeArrayFieldStart("sample");
        for (String id : job.sample()) {
            json.writeString(id);
        }
        json.writeEndArray();
        if (job.error() != null) {
            json.writeStringField("error", job.error());
        }
        json.writeEndObject();
    }
}
