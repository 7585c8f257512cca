// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a step of a run is. Immutable; its JSON is what is kept.
 *
 * @param state one of the constants
 * @param reason why it is there, in words; empty if there is nothing to say
 * @param round of the run in which it was last made to begin; with it the keys of its tasks are new
 * @param at since when, ISO-8601
 * @param order counts the ends of steps, so that what ended last is undone first; 0 before its end
 * @param tasks what it became: one, or one for each entry
 * @param undo how far its compensation is, or null
 */
public record StepRun(
        String id,
        String state,
        String reason,
        int round,
        String at,
        int order,
        List<Item> tasks,
        @Nullable Undo undo) {
    /** Something before it has not ended. */
    static final String WAITING = "waiting";
    /** Its tasks are being made. This is durable before they are, so that none is forgotten. */
    static final String STARTING = "starting";
    /** Its tasks are there. */
    static final String RUNNING = "running";

    static final String COMPLETED = "completed";
    static final String SKIPPED = "skipped";
    static final String FAILED = "failed";
    static final String CANCELED = "canceled";
    /** Of a task: it is not known any more. */
    static final String LOST = "lost";

    /**
     * A task.
     *
     * @param state when it was last looked at, by the name that has at the edges
     * @param used of the budget of the run, when it had ended; null before, and if there is none
     */
    public record Item(String task, String state, @Nullable Spent used) {
        static Item queued(String task) {
            return new Item(task, "queued", null);
        }

        boolean hasEnded() {
            return state.equals(COMPLETED) || isBad();
        }

        boolean isBad() {
            return state.equals(FAILED) || state.equals(CANCELED) || state.equals("rejected") || state.equals(LOST);
        }
    }

    /** A compensation: starting, running, completed or failed. */
    public record Undo(String state, @Nullable String task, String reason) {
        boolean isOpen() {
            return state.equals(STARTING) || state.equals(RUNNING);
        }
    }

    /** Copies. */
    public StepRun {
        tasks = List.copyOf(tasks);
    }

    static StepRun waiting(String id, int round, String at) {
        return new StepRun(id, WAITING, "", round, at, 0, List.of(), null);
    }

    boolean is(String wanted) {
        return state.equals(wanted);
    }

    boolean isOpen() {
        return is(WAITING) || is(STARTING) || is(RUNNING);
    }

    /** Whether those that wait for it may begin. */
    boolean isDone() {
        return is(COMPLETED) || is(SKIPPED);
    }

    /** Whether there is anything to undo. */
    boolean didSomething() {
        return tasks.stream().anyMatch(task -> task.state().equals(COMPLETED));
    }

    StepRun now(String next, String why, String when) {
        return new StepRun(id, next, why, round, when, order, tasks, undo);
    }

    StepRun ended(String next, String why, String when, int number) {
        return new StepRun(id, next, why, round, when, number, tasks, undo);
    }

    StepRun running(List<String> ids, String when) {
        List<Item> made = ids.stream().map(Item::queued).toList();
        return new StepRun(id, RUNNING, "", round, when, order, made, undo);
    }

    StepRun with(int index, Item item) {
        List<Item> changed = new ArrayList<>(tasks);
        changed.set(index, item);
        return new StepRun(id, state, reason, round, at, order, changed, undo);
    }

    StepRun with(Undo next) {
        return new StepRun(id, state, reason, round, at, order, tasks, next);
    }
}
