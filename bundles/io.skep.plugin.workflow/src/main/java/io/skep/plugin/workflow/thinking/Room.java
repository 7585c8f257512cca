// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import io.skep.api.task.Budget;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.api.task.TreeUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What thinking may use below a task. A budget that does not allow the questions would stop the whole tree, and a task whose
 * time or tokens its thinking has used up could not be done: of what is left above it thinking gets at most a half. What is
 * part of a thinking or of a review is not thought about.
 *
 * @param children how many questions, 0 for none
 * @param tokens of all questions together
 * @param costMicros of all questions together
 * @param time until the last answer
 * @param why there is no room, or null
 */
record Room(
        int children,
        long tokens,
        long costMicros,
        Duration time,
        @Nullable String why) {
    private static final int MAX_LEVELS = 100;
    private static final Duration LEAST = Duration.ofSeconds(2);

    /** For so many questions, and otherwise without limit. */
    static Room of(int children) {
        return new Room(
                children, Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofSeconds(ThinkingSettings.MAX_SECONDS), null);
    }

    private static Room none(String why) {
        return new Room(0, 0, 0, Duration.ZERO, why);
    }

    /** Whether a task is a question of a thinking, or a review by a gate. */
    static boolean isOfOurs(Task task) {
        String key = task.spec().idempotencyKey();
        return key != null && (key.startsWith(Panel.KEY) || key.startsWith("gate/"));
    }

    /** Looks at the task and all above it. */
    static CompletionStage<Room> below(Task task, int wanted, TaskService tasks, Instant now) {
        return of(wanted).look(task, 0, tasks, now);
    }

    private CompletionStage<Room> look(Task task, int level, TaskService tasks, Instant now) {
        Room here = isOfOurs(task) ? none("it is part of a thinking or of a review") : within(task, level + 1, now);
        String parent = task.spec().parent();
        if (here.children() == 0 || parent == null || level == MAX_LEVELS) {
            return CompletableFuture.completedFuture(here);
        }
        return tasks.find(parent)
                .thenCompose((Optional<Task> above) -> above.isEmpty()
                        ? CompletableFuture.completedFuture(here)
                        : here.look(above.get(), level + 1, tasks, now));
    }

    private Room within(Task task, int depth, Instant now) {
        Instant deadline = task.spec().deadline();
        Room timed = deadline == null ? this : until(deadline, now);
        Budget budget = task.spec().budget();
        if (budget == null || timed.children() == 0) {
            return timed;
        }
        TreeUsage spent = Objects.requireNonNullElse(task.spent(), TreeUsage.NONE);
        if (budget.maxTime() != null) {
            Instant began = Objects.requireNonNullElse(spent.startedAt(), now);
            timed = timed.until(began.plus(budget.maxTime()), now);
        }
        return timed.within(budget, spent, depth);
    }

    private Room until(Instant end, Instant now) {
        Duration half = Duration.between(now, end).dividedBy(2);
        if (half.compareTo(LEAST) < 0) {
            return none("there is no time to think before it must have ended");
        }
        return new Room(children, tokens, costMicros, half.compareTo(time) < 0 ? half : time, null);
    }

    private Room within(Budget budget, TreeUsage spent, int depth) {
        boolean tooDeep = budget.maxDepth() != null && budget.maxDepth() < depth;
        long rest = tooDeep ? 0 : children;
        if (budget.maxDescendants() != null) {
            rest = Math.min(rest, budget.maxDescendants() - spent.descendants());
        }
        if (budget.maxAttempts() != null) {
            // One must be left for the task itself.
            rest = Math.min(rest, (budget.maxAttempts() - spent.attempts() - 1) / Panel.ATTEMPTS);
        }
        long words = half(tokens, budget.maxTokens(), spent.usage().tokens());
        long money = half(costMicros, budget.maxCostMicros(), spent.usage().costMicros());
        return rest <= 0 || words <= 0 || money <= 0
                ? none("a budget leaves no room for questions")
                : new Room((int) rest, words, money, time, null);
    }

    private static long half(long before, @Nullable Long limit, long spent) {
        return limit == null ? before : Math.min(before, (limit - spent) / 2);
    }

    /** What one of so many may use of what is allowed to all, 0 for no limit. */
    static long share(long allowed, long left, int agents) {
        long all = allowed == 0 ? left : Math.min(allowed, left);
        return all == Long.MAX_VALUE ? 0 : Math.max(1, all / agents);
    }
}
