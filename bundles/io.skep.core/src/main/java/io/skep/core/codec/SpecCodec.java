// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.skep.api.task.Budget;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.TaskSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A task's specification as JSON; what is as by default is left out. */
final class SpecCodec {
    private SpecCodec() {}

    static void write(JsonGenerator out, TaskSpec spec) throws IOException {
        out.writeStartObject();
        out.writeStringField("description", spec.description());
        Json.string(out, "name", spec.name());
        Json.string(out, "input", spec.input());
        Json.strings(out, "skills", spec.skills());
        if (spec.priority() != TaskSpec.DEFAULT_PRIORITY) {
            out.writeNumberField("priority", spec.priority());
        }
        if (!spec.tenant().equals(TaskSpec.DEFAULT_TENANT)) {
            out.writeStringField("tenant", spec.tenant());
        }
        Json.string(out, "parent", spec.parent());
        Json.strings(out, "dependsOn", spec.dependsOn());
        if (spec.onDependencyFailure() != TaskSpec.DependencyFailure.REJECT) {
            out.writeStringField(
                    "onDependencyFailure", spec.onDependencyFailure().name());
        }
        Json.instant(out, "notBefore", spec.notBefore());
        Json.instant(out, "deadline", spec.deadline());
        Json.millis(out, "attemptTimeoutMillis", spec.attemptTimeout());
        RetryPolicy retry = spec.retry();
        if (!retry.equals(RetryPolicy.DEFAULT)) {
            out.writeNumberField("maxAttempts", retry.maxAttempts());
            Json.millis(out, "initialDelayMillis", retry.initialDelay());
            Json.millis(out, "maxDelayMillis", retry.maxDelay());
        }
        Json.string(out, "idempotencyKey", spec.idempotencyKey());
        Json.string(out, "reservation", spec.reservation());
        Budget budget = spec.budget();
        if (budget != null) {
            out.writeFieldName("budget");
            BudgetCodec.write(out, budget);
        }
        Json.string(out, "owner", spec.owner());
        Json.string(out, "traceparent", spec.traceparent());
        out.writeEndObject();
    }

    static TaskSpec read(JsonParser in) throws IOException {
        Reader reader = new Reader();
        Json.object(in, reader::read);
        return reader.build();
    }

    /** The members, as they come. */
    private static final class Reader {
        private String description = "";
        private @Nullable String name;
        private @Nullable String input;
        private Set<String> skills = Set.of();
        private int priority = TaskSpec.DEFAULT_PRIORITY;
        private String tenant = TaskSpec.DEFAULT_TENANT;
        private @Nullable String parent;
        private List<String> dependsOn = List.of();
        private TaskSpec.DependencyFailure onDependencyFailure = TaskSpec.DependencyFailure.REJECT;
        private @Nullable Instant notBefore;
        private @Nullable Instant deadline;
        private @Nullable Duration attemptTimeout;
        private int maxAttempts = RetryPolicy.DEFAULT.maxAttempts();
        private Duration initialDelay = RetryPolicy.DEFAULT.initialDelay();
        private Duration maxDelay = RetryPolicy.DEFAULT.maxDelay();
        private @Nullable String idempotencyKey;
        private @Nullable String reservation;
        private @Nullable Budget budget;
        private @Nullable String owner;
        private @Nullable String traceparent;

        void read(String member, JsonParser in) throws IOException {
            switch (member) {
                case "description" -> description = in.getText();
                case "name" -> name = in.getText();
                case "input" -> input = in.getText();
                case "skills" -> skills = Common.set(Json.array(in, Common::text));
                case "priority" -> priority = in.getIntValue();
                case "tenant" -> tenant = Common.text(in);
                case "parent" -> parent = in.getText();
                case "dependsOn" -> dependsOn = Json.strings(in);
                case "onDependencyFailure" -> onDependencyFailure = TaskSpec.DependencyFailure.valueOf(Common.text(in));
                case "notBefore" -> notBefore = Json.instant(in);
                case "deadline" -> deadline = Json.instant(in);
                case "attemptTimeoutMillis" -> attemptTimeout = Json.millis(in);
                case "maxAttempts" -> maxAttempts = in.getIntValue();
                case "initialDelayMillis" -> initialDelay = Json.millis(in);
                case "maxDelayMillis" -> maxDelay = Json.millis(in);
                case "idempotencyKey" -> idempotencyKey = in.getText();
                case "reservation" -> reservation = in.getText();
                case "budget" -> budget = BudgetCodec.budget(in);
                case "owner" -> owner = in.getText();
                case "traceparent" -> traceparent = in.getText();
                default -> {}
            }
        }

        TaskSpec build() {
            RetryPolicy retry = new RetryPolicy(maxAttempts, initialDelay, maxDelay);
            return new TaskSpec(
                    description,
                    name,
                    input,
                    skills,
                    priority,
                    tenant,
                    parent,
                    dependsOn,
                    onDependencyFailure,
                    notBefore,
                    deadline,
                    attemptTimeout,
                    retry.equals(RetryPolicy.DEFAULT) ? RetryPolicy.DEFAULT : retry,
                    idempotencyKey,
                    reservation,
                    budget,
                    owner,
                    traceparent);
        }
    }
}
