// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.skep.api.task.Budget;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpecBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

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
        out.writeEndObject();
    }

    static TaskSpec read(JsonParser in) throws IOException {
        Reader reader = new Reader();
        Json.object(in, reader::read);
        TaskSpecBuilder builder = TaskSpec.of(reader.description);
        reader.settings.forEach(setting -> setting.accept(builder));
        return builder.retry(new RetryPolicy(reader.maxAttempts, reader.initialDelay, reader.maxDelay))
                .build();
    }

    /** Gathers the members, since a builder needs the description first. */
    private static final class Reader {
        private final List<Consumer<TaskSpecBuilder>> settings = new ArrayList<>();
        private String description = "";
        private int maxAttempts = RetryPolicy.DEFAULT.maxAttempts();
        private Duration initialDelay = RetryPolicy.DEFAULT.initialDelay();
        private Duration maxDelay = RetryPolicy.DEFAULT.maxDelay();

        void read(String name, JsonParser in) throws IOException {
            switch (name) {
                case "description" -> description = in.getText();
                case "name" -> text(in, TaskSpecBuilder::name);
                case "input" -> text(in, TaskSpecBuilder::input);
                case "tenant" -> text(in, TaskSpecBuilder::tenant);
                case "parent" -> text(in, TaskSpecBuilder::parent);
                case "idempotencyKey" -> text(in, TaskSpecBuilder::idempotencyKey);
                case "reservation" -> text(in, TaskSpecBuilder::reservation);
                case "budget" -> set(BudgetCodec.budget(in), TaskSpecBuilder::budget);
                case "onDependencyFailure" ->
                    text(in, (b, v) -> b.onDependencyFailure(TaskSpec.DependencyFailure.valueOf(v)));
                case "skills" -> set(Json.strings(in), TaskSpecBuilder::skills);
                case "dependsOn" -> set(Json.strings(in), TaskSpecBuilder::dependsOn);
                case "priority" -> set(in.getIntValue(), TaskSpecBuilder::priority);
                case "notBefore" -> set(Json.instant(in), TaskSpecBuilder::notBefore);
                case "deadline" -> set(Json.instant(in), TaskSpecBuilder::deadline);
                case "attemptTimeoutMillis" -> set(Json.millis(in), TaskSpecBuilder::attemptTimeout);
                case "maxAttempts" -> maxAttempts = in.getIntValue();
                case "initialDelayMillis" -> initialDelay = Json.millis(in);
                case "maxDelayMillis" -> maxDelay = Json.millis(in);
                default -> {}
            }
        }

        private void text(JsonParser in, Setter<String> setter) throws IOException {
            set(in.getText(), setter);
        }

        private <T> void set(T value, Setter<T> setter) {
            settings.add(builder -> setter.set(builder, value));
        }
    }

    private interface Setter<T> {
        TaskSpecBuilder set(TaskSpecBuilder builder, T value);
    }
}
