// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.api.Refusal;
import io.skep.api.agent.AgentService;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.AttemptService;
import io.skep.plugin.base.Inputs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Evens out the backlogs: takes tasks back that have not begun, so that core's dispatcher hands them to who is least
 * loaded of those that have not had them. Core decides whether a task has begun; one that has stays where it is.
 * Thread-safe.
 */
final class Balance {
    private static final long MOST_MOVES = 1000;
    private static final long MOVES = 100;
    private static final String PLANNED = "planned";
    private static final String MOVED = "moved";

    private final AgentService agents;
    private final AttemptService attempts;

    Balance(Orchestrator orchestrator) {
        this.agents = orchestrator.agents();
        this.attempts = orchestrator.attempts();
    }

    /**
     * What is asked for.
     *
     * @param execute whether tasks are moved; else it is only said which should
     * @param maxMoves 1 to {@value #MOST_MOVES}; {@value #MOVES} by default
     */
    record Optimize(@Nullable Boolean execute, @Nullable Long maxMoves) {
        Optimize {
            Inputs.range("maxMoves", maxMoves, 1, MOST_MOVES);
        }
    }

    /**
     * What it came to, over the active agents, idle ones included.
     *
     * @param scoreBefore mean backlog over the largest, 0 to 1: 1 is even
     * @param varianceBefore variance of the backlogs in seconds squared
     * @param scoreAfter the same with the moves
     * @param varianceAfter the same with the moves
     * @param moved tasks that were taken back
     */
    record Optimized(
            boolean executed,
            double scoreBefore,
            double scoreAfter,
            double varianceBefore,
            double varianceAfter,
            int moved,
            List<MovedTask> moves) {}

    /**
     * One task.
     *
     * @param to who is expected to get it; the dispatcher decides when it is there again
     * @param outcome planned, moved, or why it was not moved: conflict (it has begun), fenced (it is over)
     */
    record MovedTask(String task, String from, String to, String outcome) {}

    CompletionStage<Optimized> optimize(Optimize asked, List<Work> works) {
        List<Work> active = works.stream().filter(Work::isActive).toList();
        boolean execute = Boolean.TRUE.equals(asked.execute());
        int most = (int) (asked.maxMoves() == null ? MOVES : (long) asked.maxMoves());
        List<Moves.Move> plan = new Moves(works, agents::held).plan(most);
        if (!execute) {
            return CompletableFuture.completedFuture(optimized(
                    false, active, plan, plan.stream().map(move -> PLANNED).toList()));
        }
        List<CompletableFuture<String>> outcomes =
                plan.stream().map(this::takeBack).toList();
        return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
                .thenApply(all -> optimized(
                        true,
                        active,
                        plan,
                        outcomes.stream().map(CompletableFuture::join).toList()));
    }

    private CompletableFuture<String> takeBack(Moves.Move move) {
        return attempts.takeBack(move.attempt(), "moved to even out the load, for " + move.to())
                .handle((task, failure) -> failure == null ? MOVED : outcome(failure))
                .toCompletableFuture();
    }

    private static String outcome(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof Refusal refusal ? refusal.reason().name().toLowerCase(Locale.ROOT) : "failed";
    }

    private static Optimized optimized(
            boolean executed, List<Work> active, List<Moves.Move> plan, List<String> outcomes) {
        List<MovedTask> told = new ArrayList<>();
        List<Moves.Move> counted = new ArrayList<>();
        for (int i = 0; i < plan.size(); i++) {
            Moves.Move move = plan.get(i);
            String outcome = outcomes.get(i);
            told.add(new MovedTask(move.attempt().task(), move.attempt().agent(), move.to(), outcome));
            if (outcome.equals(PLANNED) || outcome.equals(MOVED)) {
                counted.add(move);
            }
        }
        Collection<Double> before = active.stream().map(Work::backlogMillis).toList();
        Collection<Double> after = Moves.after(active, counted).values();
        return new Optimized(
                executed,
                Work.score(before),
                Work.score(after),
                Work.variance(before),
                Work.variance(after),
                executed ? counted.size() : 0,
                told);
    }
}
