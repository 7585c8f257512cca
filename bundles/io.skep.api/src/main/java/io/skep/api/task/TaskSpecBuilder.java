// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds a {@link TaskSpec}; see there for the meaning and limits of each value. Not thread-safe. */
public final class TaskSpecBuilder {
    private final String description;
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
    private @Nullable String owner;
    private @Nullable String traceparent;

    TaskSpecBuilder(String description) {
        this.description = description;
    }

    TaskSpecBuilder(TaskSpec from) {
        description = from.description();
        name = from.name();
        input = from.input();
        skills = from.skills();
        priority = from.priority();
        tenant = from.tenant();
        parent = from.parent();
        dependsOn = from.dependsOn();
        onDependencyFailure = from.onDependencyFailure();
        notBefore = from.notBefore();
        deadline = from.deadline();
        attemptTimeout = from.attemptTimeout();
        retry = from.retry();
        idempotencyKey = from.idempotencyKey();
        reservation = from.reservation();
        budget = from.budget();
        owner = from.owner();
        traceparent = from.traceparent();
    }

    /** See {@link TaskSpec#name()}. */
    public TaskSpecBuilder name(@Nullable String value) {
        name = value;
        return this;
    }

    /** See {@link TaskSpec#input()}. */
    public TaskSpecBuilder input(@Nullable String value) {
        input = value;
        return this;
    }

    /** See {@link TaskSpec#skills()}. */
    public TaskSpecBuilder skills(Collection<String> value) {
        skills = Set.copyOf(value);
        return this;
    }

    /** See {@link TaskSpec#skills()}. */
    public TaskSpecBuilder skills(String... value) {
        return skills(Arrays.asList(value));
    }

    /** See {@link TaskSpec#priority()}. */
    public TaskSpecBuilder priority(int value) {
        priority = value;
        return this;
    }

    /** See {@link TaskSpec#tenant()}. */
    public TaskSpecBuilder tenant(String value) {
        tenant = value;
        return this;
    }

    /** See {@link TaskSpec#parent()}. */
    public TaskSpecBuilder parent(@Nullable String value) {
        parent = value;
        return this;
    }

    /** See {@link TaskSpec#dependsOn()}. */
    public TaskSpecBuilder dependsOn(List<String> value) {
        dependsOn = List.copyOf(value);
        return this;
    }

    /** See {@link TaskSpec#dependsOn()}. */
    public TaskSpecBuilder dependsOn(String... value) {
        return dependsOn(Arrays.asList(value));
    }

    /** See {@link TaskSpec#onDependencyFailure()}. */
    public TaskSpecBuilder onDependencyFailure(TaskSpec.DependencyFailure value) {
        onDependencyFailure = value;
        return this;
    }

    /** See {@link TaskSpec#notBefore()}. */
    public TaskSpecBuilder notBefore(@Nullable Instant value) {
        notBefore = value;
        return this;
    }

    /** See {@link TaskSpec#deadline()}. */
    public TaskSpecBuilder deadline(@Nullable Instant value) {
        deadline = value;
        return this;
    }

    /** See {@link TaskSpec#attemptTimeout()}. */
    public TaskSpecBuilder attemptTimeout(@Nullable Duration value) {
        attemptTimeout = value;
        return this;
    }

    /** See {@link TaskSpec#retry()}. */
    public TaskSpecBuilder retry(RetryPolicy value) {
        retry = value;
        return this;
    }

    /** See {@link TaskSpec#idempotencyKey()}. */
    public TaskSpecBuilder idempotencyKey(@Nullable String value) {
        idempotencyKey = value;
        return this;
    }

    /** See {@link TaskSpec#reservation()}. */
    public TaskSpecBuilder reservation(@Nullable String value) {
        reservation = value;
        return this;
    }

    /** See {@link TaskSpec#budget()}. */
    public TaskSpecBuilder budget(@Nullable Budget value) {
        budget = value;
        return this;
    }

    /** See {@link TaskSpec#owner()}. */
    public TaskSpecBuilder owner(@Nullable String value) {
        owner = value;
        return this;
    }

    /** See {@link TaskSpec#traceparent()}. */
    public TaskSpecBuilder traceparent(@Nullable String value) {
        traceparent = value;
        return this;
    }

    /** The specification as it stands. */
    public TaskSpec build() {
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
                retry,
                idempotencyKey,
                reservation,
                budget,
                owner,
                traceparent);
    }
}
