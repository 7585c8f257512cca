// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.api.agent.AgentConnector;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.AttemptService;
import io.skep.api.task.Completion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Takes what it is given, and does one task whenever it is its turn: time that a test measures is in turns. */
final class SlowAgent implements AgentConnector {
    private final AttemptService attempts;
    private final Deque<AttemptRef> waiting = new ArrayDeque<>();

    SlowAgent(AttemptService attempts) {
        this.attempts = attempts;
    }

    /** How many it has to do. */
    synchronized int waiting() {
        return waiting.size();
    }

    /** Does one, if it has any; those that it did. */
    synchronized CompletionStage<List<AttemptRef>> turn() {
        if (waiting.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        AttemptRef ref = waiting.remove();
        return attempts.start(ref, null)
                .thenCompose(begun ->
                        attempts.complete(List.of(new Completion(ref, "1"))).get(0))
                .thenApply(done -> List.of(ref));
    }

    @Override
    public synchronized void assigned(Assignment assignment) {
        var task = assignment.task();
        waiting.add(new AttemptRef(
                task.id(),
                task.token(),
                task.attempts().get(task.attempts().size() - 1).agent()));
    }

    @Override
    public synchronized void canceled(AttemptRef attempt, String cause) {
        waiting.remove(attempt);
    }

    @Override
    public void answered(AttemptRef attempt, String answer) {
        // It never asks.
    }
}
