// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import io.skep.api.task.Task;
import io.skep.api.task.TreeUsage;
import io.skep.api.task.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What tasks of a run and all below them have used up. Immutable; its JSON is part of what is kept.
 *
 * @param attempts begun
 * @param tokens as agents reported
 * @param costMicros as agents reported, in millionths of money
 * @param since when the first attempt began, ISO-8601, or null
 */
public record Spent(
        int attempts,
        long tokens,
        long costMicros,
        @Nullable String since) {
    static final Spent NONE = new Spent(0, 0, 0, null);

    /** Of all tasks of a run, as they stand or, those that were not looked at, as it is kept. */
    static Spent of(Run run, Map<String, Optional<Task>> tasks) {
        Spent sum = run.used();
        for (StepRun step : run.steps()) {
            for (StepRun.Item item : step.tasks()) {
                Spent now = of(tasks.getOrDefault(item.task(), Optional.empty()));
                sum = sum.plus(now == null ? item.used() : now);
            }
        }
        return sum;
    }

    /** Of a task; null of one that is not there or has no budget. */
    static @Nullable Spent of(Optional<Task> task) {
        TreeUsage used = task.map(Task::spent).orElse(null);
        return used == null
                ? null
                : new Spent(
                        used.attempts(),
                        used.usage().tokens(),
                        used.usage().costMicros(),
                        Objects.toString(used.startedAt(), null));
    }

    Spent plus(@Nullable Spent more) {
        if (more == null) {
            return this;
        }
        Usage usage = new Usage(tokens, costMicros).plus(new Usage(more.tokens, more.costMicros));
        return new Spent(attempts + more.attempts, usage.tokens(), usage.costMicros(), earlier(since, more.since));
    }

    private static @Nullable String earlier(@Nullable String one, @Nullable String other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return Instant.parse(other).isBefore(Instant.parse(one)) ? other : one;
    }

    boolean isSame(@Nullable Spent other) {
        return other != null
                && attempts == other.attempts
                && tokens == other.tokens
                && costMicros == other.costMicros
                && Objects.equals(since, other.since);
    }

    long millis(Instant now) {
        return since == null
                ? 0
                : Math.max(0, Duration.between(Instant.parse(since), now).toMillis());
    }
}
