// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import io.skep.api.task.Budget;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.TaskSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one submission; what is wrong with the values is core's to say. Not thread-safe. */
public final class TaskSpecJson {
    /** Above core's own limits, so that core names them, yet bounded. */
    private static final int MAX_STRINGS = 1000;

    private @Nullable String description;
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
    private RetryPolicy retry = RetryPolicy.DEFAULT;
    private @Nullable String idempotencyKey;
    private @Nullable String reservation;
    private @Nullable Budget budget;
    private @Nullable String traceparent;

    private TaskSpecJson() {}

    /**
     * Reads a task.
     *
     * @param tenantWhenAbsent the tenant of one that names none
     */
    public static TaskSpec read(JsonInput in, String tenantWhenAbsent) throws IOException {
        TaskSpecJson draft = new TaskSpecJson();
        draft.tenant = tenantWhenAbsent;
        in.object(member -> draft.member(in, member));
        return new TaskSpec(
                in.required("description", draft.description),
                draft.name,
                draft.input,
                draft.skills,
                draft.priority,
                draft.tenant,
                draft.parent,
                draft.dependsOn,
                draft.onDependencyFailure,
                draft.notBefore,
                draft.deadline,
                draft.attemptTimeout,
                draft.retry,
                draft.idempotencyKey,
                draft.reservation,
                draft.budget,
                null,
                draft.traceparent);
    }

    private void member(JsonInput in, String member) throws IOException {
        switch (member) {
            case "description" -> description = in.string();
            case "name" -> name = in.string();
            case "input" -> input = in.raw();
            case "skills" -> skills = new LinkedHashSet<>(in.strings(MAX_STRINGS));
            case "priority" -> priority = in.integer(TaskSpec.DEFAULT_PRIORITY);
            case "tenant" -> tenant = Objects.requireNonNullElse(in.string(), tenant);
            case "parent" -> parent = in.string();
            case "dependsOn" -> dependsOn = in.strings(MAX_STRINGS);
            case "onDependencyFailure" -> onDependencyFailure = dependencyFailure(in);
            case "notBefore" -> notBefore = in.instant();
            case "deadline" -> deadline = in.instant();
            case "attemptTimeoutMillis" -> attemptTimeout = in.millis();
            case "retry" -> retry = retry(in);
            case "idempotencyKey" -> idempotencyKey = in.string();
            case "reservation" -> reservation = in.string();
            case "traceparent" -> traceparent = in.string();
            case "budget" -> budget = BudgetJson.read(in);
            default -> throw in.unknown();
        }
    }

    private static TaskSpec.DependencyFailure dependencyFailure(JsonInput in) throws IOException {
        String value = in.string();
        if (value == null) {
            return TaskSpec.DependencyFailure.REJECT;
        }
        return switch (value) {
            case "reject" -> TaskSpec.DependencyFailure.REJECT;
            case "cancel" -> TaskSpec.DependencyFailure.CANCEL;
            case "run" -> TaskSpec.DependencyFailure.RUN;
            default -> throw in.invalid("must be reject, cancel or run");
        };
    }

    private static RetryPolicy retry(JsonInput in) throws IOException {
        var draft = new Object() {
            int maxAttempts = RetryPolicy.DEFAULT.maxAttempts();
            Duration initialDelay = RetryPolicy.DEFAULT.initialDelay();
            Duration maxDelay = RetryPolicy.DEFAULT.maxDelay();
        };
        in.object(member -> {
            switch (member) {
                case "maxAttempts" -> draft.maxAttempts = in.integer(RetryPolicy.DEFAULT.maxAttempts());
                case "initialDelayMillis" ->
                    draft.initialDelay = Objects.requireNonNullElse(in.millis(), RetryPolicy.DEFAULT.initialDelay());
                case "maxDelayMillis" ->
                    draft.maxDelay = Objects.requireNonNullElse(in.millis(), RetryPolicy.DEFAULT.maxDelay());
                default -> throw in.unknown();
            }
        });
        return new RetryPolicy(draft.maxAttempts, draft.initialDelay, draft.maxDelay);
    }
}
