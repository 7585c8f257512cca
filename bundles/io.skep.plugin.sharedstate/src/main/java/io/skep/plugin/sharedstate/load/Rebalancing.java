// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.load;

import io.skep.api.Refusal;
import io.skep.api.agent.AgentState;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Task;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.sharedstate.load.Moves.Move;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Sends what has not begun from agents that have more to do to agents that have less. Each move is a command to core, which
 * makes it only if nothing has changed: what has begun meanwhile stays, and no task is given out twice. Thread-safe.
 */
public final class Rebalancing {
    /** The most moves of one pass. */
    public static final int MAX_MOVES = 1000;

    private static final String PLANNED = "planned";
    private static final String MOVED = "moved";

    private final Orchestrator orchestrator;
    private final Clock clock;
    private final int most;
    private final long age;
    private final double odds;

    /**
     * Over an orchestrator.
     *
     * @param most moves of one pass, unless a call says fewer
     * @param age how long an agent must have had something without beginning, in milliseconds
     * @param odds which share of the odds of the agent that fits best another one must have
     */
    public Rebalancing(Orchestrator orchestrator, Clock clock, int most, long age, double odds) {
        this.orchestrator = orchestrator;
        this.clock = clock;
        this.most = most;
        this.age = age;
        this.odds = odds;
    }

    /**
     * One pass.
     *
     * @param dryRun whether it only says what it would move; absent for yes
     * @param most moves at most, absent for as many as are configured
     */
    public record RebalanceRequest(
            @Nullable Boolean dryRun, @Nullable Integer most) {
        public RebalanceRequest {
            Inputs.range("most", most, 1, MAX_MOVES);
        }
    }

    /**
     * A move.
     *
     * @param kind {@code waiting} for a task that waited for an agent, {@code assigned} for one that the agent had not begun
     * @param to which it should go to; core gives one that was assigned to whoever has the least to do at that moment
     * @param outcome {@code planned}, {@code moved}, or why not: {@code conflict} and {@code fenced} mean that it has begun,
     *     ended or gone elsewhere meanwhile
     */
    public record Moved(String task, String kind, String from, String to, String outcome) {}

    /**
     * One pass.
     *
     * @param moved how many
     * @param spreadBefore between the most and the least loaded active agent, see {@link Loads.Load#spread()}
     * @param spreadAfter the same afterwards, counted anew; for a dry run as it was
     */
    public record Rebalanced(boolean dryRun, int moved, double spreadBefore, double spreadAfter, List<Moved> moves) {}

    /** Makes one pass. */
    public CompletionStage<Rebalanced> rebalance(RebalanceRequest asked) {
        boolean dryRun = !Boolean.FALSE.equals(asked.dryRun());
        int limit = Math.min(most, Objects.requireNonNullElse(asked.most(), most));
        return Fleet.of(orchestrator).thenCompose(fleet -> {
            double before = spread(fleet);
            List<Move> plan = new Moves(fleet, new Moves.Settings(limit, age, odds), clock.instant()).plan();
            if (dryRun) {
                List<Moved> planned =
                        plan.stream().map(move -> told(move, PLANNED)).toList();
                return CompletableFuture.completedFuture(new Rebalanced(true, 0, before, before, planned));
            }
            List<CompletableFuture<Moved>> made = plan.stream().map(this::make).toList();
            return CompletableFuture.allOf(made.toArray(CompletableFuture[]::new))
                    .thenCompose(all -> Fleet.of(orchestrator))
                    .thenApply(after -> rebalanced(
                            before,
                            after,
                            made.stream().map(CompletableFuture::join).toList()));
        });
    }

    private static Rebalanced rebalanced(double before, Fleet after, List<Moved> moves) {
        int moved = (int)
                moves.stream().filter(move -> move.outcome().equals(MOVED)).count();
        return new Rebalanced(false, moved, before, spread(after), moves);
    }

    private CompletableFuture<Moved> make(Move move) {
        String reason = "moved from " + move.from() + " to " + move.to() + ", which has less to do";
        AttemptRef attempt = move.attempt();
        CompletionStage<Task> made = attempt == null
                ? orchestrator.tasks().move(move.task().id(), move.from(), move.to(), reason)
                : orchestrator.attempts().takeBack(attempt, reason);
        return made.handle((task, failure) -> told(move, failure == null ? MOVED : outcome(failure)))
                .thenCompose(moved -> attempt == null ? CompletableFuture.completedFuture(moved) : whereItWent(moved))
                .toCompletableFuture();
    }

    private CompletionStage<Moved> whereItWent(Moved moved) {
        return orchestrator.tasks().find(moved.task()).thenApply(found -> {
            String agent =
                    found.flatMap(Task::currentAttempt).map(Attempt::agent).orElse(moved.to());
            return new Moved(moved.task(), moved.kind(), moved.from(), agent, moved.outcome());
        });
    }

    private static String outcome(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof Refusal refusal ? refusal.reason().name().toLowerCase(Locale.ROOT) : "failed";
    }

    private static Moved told(Move move, String outcome) {
        return new Moved(
                move.task().id(), move.attempt() == null ? "waiting" : "assigned", move.from(), move.to(), outcome);
    }

    private static double spread(Fleet fleet) {
        return Loads.rounded(Loads.spread(fleet.agents().stream()
                .filter(loaded -> loaded.agent().state() == AgentState.ACTIVE)
                .map(Fleet.Loaded::load)
                .toList()));
    }
}
