// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a task and all its descendants may use up together; a null value sets no limit. When one is exceeded, or an
 * attempt would begin with nothing left, the task ends as failed and its descendants as canceled, with the cause. Of
 * several budgets above a task each holds. Immutable.
 *
 * @param maxAttempts attempts at all of them, from 1
 * @param maxTime from the first attempt at one of them on, from 1 ms
 * @param maxTokens {@link Usage#tokens()}, from 1
 * @param maxCostMicros {@link Usage#costMicros()}, from 1
 * @param maxDepth levels below the task, from 0
 * @param maxDescendants tasks below the task, ended ones included, from 0
 */
public record Budget(
        @Nullable Integer maxAttempts,
        @Nullable Duration maxTime,
        @Nullable Long maxTokens,
        @Nullable Long maxCostMicros,
        @Nullable Integer maxDepth,
        @Nullable Integer maxDescendants) {}
