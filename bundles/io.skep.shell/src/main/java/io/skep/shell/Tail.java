// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Task;
import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Prints what happens to one task. Used by one thread. */
final class Tail {
    private static final int BATCH = 1000;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final Orchestrator orchestrator;
    private final PrintStream out;
    private final LongSupplier nanoTime;

    Tail(Orchestrator orchestrator, PrintStream out, LongSupplier nanoTime) {
        this.orchestrator = orchestrator;
        this.out = out;
        this.nanoTime = nanoTime;
    }

    /**
     * Prints the events of a task from now on.
     *
     * @return the task when it has ended
     * @throws CommandFailed when the time is up before
     * @throws InterruptedException on Ctrl-C
     */
    Task follow(String id, Duration atMost) throws CommandFailed, InterruptedException {
        long until = nanoTime.getAsLong() + atMost.toNanos();
        // The position first, so that no event falls between it and the look at the task.
        EventCursor position = orchestrator.events().end();
        Task task = look(id);
        out.println(Ending.line(task));
        while (!task.state().isTerminal()) {
            Duration left = Duration.ofNanos(until - nanoTime.getAsLong());
            if (left.isNegative() || left.isZero()) {
                throw new CommandFailed(id + " has not ended within " + atMost.toSeconds() + " s");
            }
            position = print(id, position, left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT);
            task = look(id);
        }
        return task;
    }

    private EventCursor print(String id, EventCursor from, Duration wait) throws CommandFailed, InterruptedException {
        EventBatch batch =
                Answer.within(wait.plus(Answer.PROMPTLY), orchestrator.events().next(from, BATCH, wait));
        for (Event event : batch.events()) {
            if (event.subject().equals(id)) {
                out.println(Printable.line(event.at() + " " + event.type() + " " + event.cause()));
            }
        }
        return batch.next();
    }

    private Task look(String id) throws CommandFailed, InterruptedException {
        return Answer.found(Answer.of(orchestrator.tasks().find(id)), "task", id);
    }
}
