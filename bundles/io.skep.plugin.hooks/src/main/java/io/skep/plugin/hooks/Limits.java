// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * How many of each hook run at the same time; others wait in order, at most {@value #MAX_WAITING} of a hook, and no thread
 * is held. Thread-safe.
 */
final class Limits {
    private static final int MAX_WAITING = 1_000;

    /** Only of hooks of which one runs. */
    private final Map<String, Line> lines = new HashMap<>();

    private static final class Line {
        private int running;
        private final Queue<CompletableFuture<Void>> waiting = new ArrayDeque<>();
    }

    /** Does something when it is its turn; ends as that does, or at once as a failure if too many wait. */
    CompletableFuture<Outcome> inTurn(String hook, int atOnce, Supplier<CompletableFuture<Outcome>> work) {
        CompletableFuture<Void> turn = new CompletableFuture<>();
        boolean now;
        synchronized (lines) {
            Line line = lines.computeIfAbsent(hook, name -> new Line());
            now = line.running < atOnce;
            if (now) {
                line.running++;
            } else if (line.waiting.size() < MAX_WAITING) {
                line.waiting.add(turn);
            } else {
                return CompletableFuture.completedFuture(
                        Outcome.failed(MAX_WAITING + " others wait for this hook already"));
            }
        }
        if (now) {
            turn.complete(null);
        }
        return turn.thenCompose(mine -> work.get()).whenComplete((done, failed) -> next(hook));
    }

    private void next(String hook) {
        CompletableFuture<Void> turn;
        synchronized (lines) {
            Line line = lines.get(hook);
            if (line == null) {
                return;
            }
            turn = line.waiting.poll();
            if (turn == null && --line.running == 0) {
                lines.remove(hook);
            }
        }
        if (turn != null) {
            turn.complete(null);
        }
    }
}
