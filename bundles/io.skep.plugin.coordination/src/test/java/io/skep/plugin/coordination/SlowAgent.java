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
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Takes what it is given, and does one task after the other, each in the same time. */
final class SlowAgent implements AgentConnector {
    private final AttemptService attempts;
    private final ScheduledExecutorService timer;
    private final long millis;
    private final List<AttemptRef> begun;
    private final Deque<AttemptRef> waiting = new ArrayDeque<>();
    private boolean open;
    private boolean busy;

    /** {@code begun} is told every attempt that core let begin. */
    SlowAgent(AttemptService attempts, ScheduledExecutorService timer, long millis, List<AttemptRef> begun) {
        this.attempts = attempts;
        this.timer = timer;
        this.millis = millis;
        this.begun = begun;
    }

    /** Begins to work. */
    synchronized void open() {
        open = true;
        next();
    }

    @Override
    public synchronized void assigned(Assignment assignment) {
        var task = assignment.task();
        waiting.add(new AttemptRef(
                task.id(),
                task.token(),
                task.attempts().get(task.attempts().size() - 1).agent()));
        next();
    }

    @Override
    public synchronized void canceled(AttemptRef attempt, String cause) {
        waiting.remove(attempt);
    }

    @Override
    public void answered(AttemptRef attempt, String answer) {
        // It never asks.
    }

    private synchronized void next() {
        if (!open || busy || waiting.isEmpty()) {
            return;
        }
        AttemptRef ref = waiting.remove();
        busy = true;
        attempts.start(ref, null).whenComplete((task, fenced) -> {
            if (fenced != null) {
                free();
                return;
            }
            begun.add(ref);
            timer.schedule(
                    () -> attempts.complete(List.of(new Completion(ref, "1")))
                            .get(0)
                            .whenComplete((done, failure) -> free()),
                    millis,
                    TimeUnit.MILLISECONDS);
        });
    }

    private synchronized void free() {
        busy = false;
        next();
    }
}
