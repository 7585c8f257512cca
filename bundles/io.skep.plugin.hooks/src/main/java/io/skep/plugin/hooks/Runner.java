// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Carries out hooks: so many of each at the same time, each attempt within its timeout, failures again after a pause that
 * doubles. What each attempt costs is recorded, and how the last {@value #REMEMBERED} ended is remembered. Thread-safe.
 */
final class Runner {
    private static final int REMEMBERED = 200;

    private final Map<String, Target> targets;
    private final Costs costs;
    private final ScheduledExecutorService timer;
    private final Clock clock;
    private final Limits limits = new Limits();
    private final Deque<Delivery> last = new ArrayDeque<>();

    /**
     * How it ended.
     *
     * @param event the id of what happened
     * @param outcome {@code passed}, {@code vetoed} or {@code failed}
     * @param millis from the beginning of the first attempt to the end of the last
     */
    record Delivery(
            String hook,
            String event,
            String type,
            String subject,
            String at,
            String outcome,
            String reason,
            int attempts,
            double millis) {}

    Runner(Map<String, Target> targets, Costs costs, ScheduledExecutorService timer, Clock clock) {
        this.targets = Map.copyOf(targets);
        this.costs = costs;
        this.timer = timer;
        this.clock = clock;
    }

    /** Carries a hook out; ends exceptionally only if the plugin is closed meanwhile. */
    CompletableFuture<Outcome> run(HookSpec hook, Happening happening) {
        return limits.inTurn(hook.called(), hook.atOnce(), () -> attempt(hook, happening, 1, System.nanoTime()));
    }

    /** The same, with one attempt whatever the hook says. */
    CompletableFuture<Outcome> once(HookSpec hook, Happening happening) {
        return limits.inTurn(
                hook.called(), hook.atOnce(), () -> attempt(hook, happening, hook.tries(), System.nanoTime()));
    }

    private CompletableFuture<Outcome> attempt(HookSpec hook, Happening happening, int number, long begun) {
        long now = System.nanoTime();
        Target target = Objects.requireNonNull(targets.get(hook.kind()));
        return target.call(hook, happening).thenCompose(outcome -> {
            Outcome judged = checked(hook, outcome);
            costs.record(Costs.HOOK + hook.called(), System.nanoTime() - now, !judged.isFailed());
            if (!judged.isFailed() || number >= hook.tries()) {
                remember(hook, happening, judged, number, begun);
                return CompletableFuture.completedFuture(judged);
            }
            return after(hook.pause(number)).thenCompose(rested -> attempt(hook, happening, number + 1, begun));
        });
    }

    /** What it would add must fit its schema. */
    private static Outcome checked(HookSpec hook, Outcome outcome) {
        if (outcome.amend() == null || !outcome.isPassed()) {
            return outcome;
        }
        String misfit = Amendments.misfit(hook.amend(), outcome.amend());
        return misfit == null ? outcome : Outcome.failed("what it would add to the task is not taken: " + misfit);
    }

    private CompletableFuture<Void> after(Duration pause) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        timer.schedule(() -> over.complete(null), pause.toMillis(), TimeUnit.MILLISECONDS);
        return over;
    }

    private void remember(HookSpec hook, Happening happening, Outcome outcome, int attempts, long begun) {
        Delivery delivery = new Delivery(
                hook.called(),
                happening.id(),
                happening.type(),
                happening.subject(),
                Instant.now(clock).toString(),
                outcome.state(),
                outcome.reason(),
                attempts,
                Costs.millis(System.nanoTime() - begun));
        synchronized (last) {
            if (last.size() == REMEMBERED) {
                last.removeLast();
            }
            last.addFirst(delivery);
        }
    }

    /** The last ones that ended, newest first. */
    List<Delivery> last() {
        synchronized (last) {
            return new ArrayList<>(last);
        }
    }
}
