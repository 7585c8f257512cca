// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a submitter asks for. Immutable. The limits are checked by {@link TaskService#submit}, which names the field.
 *
 * @param description what is to be done, in words; 1 to 16,384 characters
 * @param name a label, unique within one submission, by which other tasks of it may name this one in {@code dependsOn};
 *     letters, digits, dot, underscore and hyphen, at most 128
 * @param input JSON text for the agent, at most 256 KiB in UTF-8, or the {@linkplain io.skep.api.payload.Payload#reference()
 *     reference} of a payload; {@code null} means the JSON value null
 * @param skills ids of the skills that an agent must have, at most 16; empty means any agent
 * @param priority 0 (last) to 9 (first)
 * @param tenant on whose behalf; letters, digits, dot, underscore and hyphen, at most 64
 * @param parent the id of the task of which this one is a part, or null
 * @param dependsOn ids of tasks, or names within the same submission, that must complete first; at most 256
 * @param onDependencyFailure what happens when one of them ends without completing
 * @param notBefore earliest start, or null for at once
 * @param deadline when the task fails if it has not ended, or null for never
 * @param attemptTimeout how long one attempt may work, or null for no limit of its own
 * @param retry how often and how soon it is tried again
 * @param idempotencyKey at most 256 characters; submitting the same key of the same tenant again answers the first task
 *     and creates none. Null for no such guarantee
 * @param reservation a slot that was reserved for it, or null: while the reservation lasts the task goes to that agent,
 *     which must have the skills; afterwards to any
 * @param budget what it and its descendants may use up, or null for no limit
 * @param owner who submitted it, as the edge knows them and never as the request says; letters, digits and
 *     {@code . _ : @ / + -}, at most 256. Null for what nobody submitted through an edge
 * @param traceparent where in a trace it was submitted, see {@link TraceContext}, as a W3C {@code traceparent}; null for a trace
 *     of its own. What is accepted has one if it has a parent, or is not sampled
 */
public record TaskSpec(
        String description,
        @Nullable String name,
        @Nullable String input,
        Set<String> skills,
        int priority,
        String tenant,
        @Nullable String parent,
        List<String> dependsOn,
        DependencyFailure onDependencyFailure,
        @Nullable Instant notBefore,
        @Nullable Instant deadline,
        @Nullable Duration attemptTimeout,
        RetryPolicy retry,
        @Nullable String idempotencyKey,
        @Nullable String reservation,
        @Nullable Budget budget,
        @Nullable String owner,
        @Nullable String traceparent) {

    /** The priority of a task that names none. */
    public static final int DEFAULT_PRIORITY = 5;

    /** The tenant of a task that names none. */
    public static final String DEFAULT_TENANT = "default";

    /** What happens to a task when one that it depends on ends without completing. */
    public enum DependencyFailure {
        /** It ends as {@link TaskState#REJECTED}. */
        REJECT,
        /** It ends as {@link TaskState#CANCELED}. */
        CANCEL,
        /** It runs all the same. */
        RUN
    }

    public TaskSpec {
        Objects.requireNonNull(description);
        Objects.requireNonNull(tenant);
        Objects.requireNonNull(onDependencyFailure);
        Objects.requireNonNull(retry);
        skills = Set.copyOf(skills);
        dependsOn = List.copyOf(dependsOn);
    }

    /** A builder with every default, for a task described as {@code description}. */
    public static TaskSpecBuilder of(String description) {
        return new TaskSpecBuilder(description);
    }

    /** A builder that starts from this one's values. */
    public TaskSpecBuilder toBuilder() {
        return new TaskSpecBuilder(this);
    }
}
