// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.Refusal;
import io.skep.api.task.Budget;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TraceContext;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks of a submission that need no state: values, names and circles. */
final class TaskChecks {
    static final int MAX_TASKS = 1000;
    private static final int MAX_NAME = 128;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private TaskChecks() {}

    /** The specifications with times in whole milliseconds, as the log keeps them. */
    static List<TaskSpec> check(List<TaskSpec> specs) {
        if (specs.isEmpty() || specs.size() > MAX_TASKS) {
            throw Refusal.invalid("tasks", "must be 1 to " + MAX_TASKS + " tasks, not " + specs.size());
        }
        List<TaskSpec> checked = new ArrayList<>(specs.size());
        Map<String, Integer> names = new HashMap<>();
        Map<String, Map<String, Integer>> keys = new HashMap<>();
        for (int i = 0; i < specs.size(); i++) {
            TaskSpec spec = specs.get(i);
            String at = specs.size() == 1 ? "" : "[" + i + "].";
            checkValues(at, spec);
            unique(at + "name", names, spec.name(), i);
            unique(
                    at + "idempotencyKey",
                    keys.computeIfAbsent(spec.tenant(), t -> new HashMap<>()),
                    spec.idempotencyKey(),
                    i);
            checked.add(spec.toBuilder()
                    .notBefore(millis(spec.notBefore()))
                    .deadline(millis(spec.deadline()))
                    .attemptTimeout(spec.attemptTimeout() == null ? null : millis(spec.attemptTimeout()))
                    .retry(new RetryPolicy(
                            spec.retry().maxAttempts(),
                            millis(spec.retry().initialDelay()),
                            millis(spec.retry().maxDelay())))
                    .build());
        }
        checkCircles(checked, names);
        return checked;
    }

    private static void checkValues(String at, TaskSpec spec) {
        Checks.text(at + "description", spec.description(), 1, 16_384);
        if (spec.name() != null) {
            Checks.name(at + "name", spec.name(), MAX_NAME);
        }
        Checks.valueOrPayload(at + "input", spec.input());
        Checks.count(at + "skills", spec.skills(), 16);
        spec.skills().forEach(skill -> Checks.name(at + "skills", skill, MAX_NAME));
        Checks.range(at + "priority", spec.priority(), 0, 9);
        Checks.name(at + "tenant", spec.tenant(), 64);
        Checks.count(at + "dependsOn", spec.dependsOn(), 256);
        if (spec.idempotencyKey() != null) {
            Checks.text(at + "idempotencyKey", spec.idempotencyKey(), 1, 256);
        }
        if (spec.reservation() != null) {
            Checks.name(at + "reservation", spec.reservation(), MAX_NAME);
        }
        if (spec.owner() != null) {
            Checks.text(at + "owner", spec.owner(), 1, 256);
        }
        if (spec.traceparent() != null && TraceContext.parse(spec.traceparent()).isEmpty()) {
            throw Refusal.invalid(at + "traceparent", "is no traceparent as W3C Trace Context has it");
        }
        time(at + "notBefore", spec.notBefore());
        time(at + "deadline", spec.deadline());
        Checks.duration(at + "attemptTimeoutMillis", spec.attemptTimeout(), Duration.ofMillis(1), Duration.ofDays(30));
        Checks.range(at + "retry.maxAttempts", spec.retry().maxAttempts(), 1, 100);
        Checks.duration(
                at + "retry.initialDelayMillis", spec.retry().initialDelay(), Duration.ZERO, Duration.ofDays(1));
        Checks.duration(at + "retry.maxDelayMillis", spec.retry().maxDelay(), Duration.ZERO, Duration.ofDays(1));
        checkBudget(at + "budget.", spec.budget());
    }

    private static void checkBudget(String at, @Nullable Budget budget) {
        if (budget == null) {
            return;
        }
        atLeast(at + "maxAttempts", budget.maxAttempts(), 1);
        Checks.duration(at + "maxMillis", budget.maxTime(), Duration.ofMillis(1), Duration.ofDays(365));
        atLeast(at + "maxTokens", budget.maxTokens(), 1);
        atLeast(at + "maxCostMicros", budget.maxCostMicros(), 1);
        atLeast(at + "maxDepth", budget.maxDepth(), 0);
        atLeast(at + "maxDescendants", budget.maxDescendants(), 0);
    }

    private static void atLeast(String field, @Nullable Number value, long least) {
        if (value != null && value.longValue() < least) {
            throw Refusal.invalid(field, "must be at least " + least + ", not " + value);
        }
    }

    private static void time(String field, @Nullable Instant value) {
        if (value != null && (value.isBefore(Instant.EPOCH) || value.isAfter(LATEST))) {
            throw Refusal.invalid(field, "must be a time from 1970 to 9999");
        }
    }

    private static Duration millis(Duration value) {
        return Duration.ofMillis(value.toMillis());
    }

    private static @Nullable Instant millis(@Nullable Instant value) {
        return value == null ? null : value.truncatedTo(ChronoUnit.MILLIS);
    }

    private static void unique(String field, Map<String, Integer> seen, @Nullable String value, int index) {
        if (value != null && seen.putIfAbsent(value, index) != null) {
            throw Refusal.invalid(field, "\"" + value + "\" is used twice in this submission");
        }
    }

    /** Kahn's algorithm over the dependencies within the submission. */
    private static void checkCircles(List<TaskSpec> specs, Map<String, Integer> names) {
        int[] open = new int[specs.size()];
        Map<Integer, List<Integer>> followers = new HashMap<>();
        for (int i = 0; i < specs.size(); i++) {
            for (String dependency : specs.get(i).dependsOn()) {
                Integer before = names.get(dependency);
                if (before != null) {
                    open[i]++;
                    followers.computeIfAbsent(before, b -> new ArrayList<>()).add(i);
                }
            }
        }
        Deque<Integer> free = new ArrayDeque<>();
        for (int i = 0; i < open.length; i++) {
            if (open[i] == 0) {
                free.add(i);
            }
        }
        int sorted = 0;
        while (!free.isEmpty()) {
            sorted++;
            for (int follower : followers.getOrDefault(free.remove(), List.of())) {
                if (--open[follower] == 0) {
                    free.add(follower);
                }
            }
        }
        if (sorted < open.length) {
            int stuck = 0;
            while (open[stuck] == 0) {
                stuck++;
            }
            throw Refusal.invalid(
                    (open.length == 1 ? "" : "[" + stuck + "].") + "dependsOn",
                    "task \"" + specs.get(stuck).name() + "\" depends on itself in a circle");
        }
    }
}
