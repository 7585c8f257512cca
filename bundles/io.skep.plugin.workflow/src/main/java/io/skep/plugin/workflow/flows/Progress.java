// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.plugin.workflow.flows.StepRun.Item;
import io.skep.plugin.workflow.flows.StepRun.Undo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a run, without any effect: a function of the run and of its tasks as they stand, so that whoever
 * evaluates it, and how often, comes to the same.
 */
final class Progress {
    /** What an agent reports together with a completion counts a little after it. */
    private static final Duration LATE_REPORTS = Duration.ofSeconds(10);

    private final Map<String, Optional<Task>> tasks;
    private final String at;

    private Progress(Map<String, Optional<Task>> tasks, String at) {
        this.tasks = tasks;
        this.at = at;
    }

    /**
     * The run as it is next.
     *
     * @param tasks those that {@link #awaited} names, as they stand
     */
    static Run next(Run run, Map<String, Optional<Task>> tasks, String at) {
        if (run.isOver()) {
            return run;
        }
        Progress progress = new Progress(tasks, at);
        Run seen = progress.absorb(run);
        if (seen.is(Run.RUNNING)) {
            seen = progress.goOn(seen);
        }
        return seen.is(Run.FAILING) || seen.is(Run.CANCELING) ? progress.goBack(seen) : seen;
    }

    /** The tasks whose ends the run waits for. */
    static List<String> awaited(Run run) {
        List<String> awaited = new ArrayList<>();
        for (StepRun step : run.steps()) {
            if (step.is(StepRun.RUNNING)) {
                step.tasks().stream()
                        .filter(task -> !task.hasEnded())
                        .map(Item::task)
                        .forEach(awaited::add);
            }
            Undo undo = step.undo();
            if (undo != null && undo.isOpen() && undo.task() != null) {
                awaited.add(undo.task());
            }
        }
        return awaited;
    }

    /** The tasks that are looked at: those that are awaited and, if there is a budget, those that have just ended, too. */
    static List<String> looked(Run run, Instant now) {
        Set<String> looked = new LinkedHashSet<>(awaited(run));
        for (StepRun step : run.template().budget() == null ? List.<StepRun>of() : run.steps()) {
            if (step.is(StepRun.RUNNING)
                    || Instant.parse(step.at()).plus(LATE_REPORTS).isAfter(now)) {
                step.tasks().forEach(item -> looked.add(item.task()));
            }
        }
        return List.copyOf(looked);
    }

    /** All its tasks, if there is a budget that they use: what is below a task may go on when the run has ended. */
    static List<String> counting(Run run) {
        return run.template().budget() == null
                ? List.of()
                : run.steps().stream()
                        .flatMap(step -> step.tasks().stream())
                        .map(Item::task)
                        .toList();
    }

    /** A run that has ended, with what those of its tasks have used up by now that {@link #counting} names. */
    static Run counted(Run run, Map<String, Optional<Task>> tasks) {
        Progress progress = new Progress(tasks, "");
        Run now = run;
        for (int i = 0; i < run.steps().size() && run.template().budget() != null; i++) {
            now = now.with(i, progress.counted(run.step(i)));
        }
        return now;
    }

    /** The tasks that must not go on, of those that are given as they stand. */
    static List<String> unwanted(Run run, Map<String, Optional<Task>> tasks, String at) {
        List<String> unwanted = new ArrayList<>();
        boolean atOnce = run.is(Run.CANCELING) || exceeded(run, tasks, at) != null;
        for (StepRun step : run.steps()) {
            boolean stops = !run.is(Run.RUNNING) || step.tasks().stream().anyMatch(Item::isBad);
            for (Item item : stops && step.is(StepRun.RUNNING) ? step.tasks() : List.<Item>of()) {
                Task task = tasks.getOrDefault(item.task(), Optional.empty()).orElse(null);
                if (task != null
                        && !task.state().isTerminal()
                        && (atOnce || !task.state().isHeld())) {
                    unwanted.add(item.task());
                }
            }
            Undo undo = step.undo();
            if (!run.compensates() && undo != null && undo.isOpen() && undo.task() != null) {
                unwanted.add(undo.task());
            }
        }
        return unwanted;
    }

    private Run absorb(Run run) {
        Run now = run;
        boolean limited = run.template().budget() != null;
        for (int i = 0; i < run.steps().size(); i++) {
            StepRun step = seen(limited ? counted(run.step(i)) : run.step(i));
            now = Run.same(step, run.step(i)) ? now : now.with(i, step);
            if (step.is(StepRun.RUNNING) && step.tasks().stream().allMatch(Item::hasEnded)) {
                now = now.with(i, over(now, step));
            }
        }
        return now;
    }

    /** Which limit of its budget a run has exceeded, in words, or null. */
    private static @Nullable String exceeded(Run run, Map<String, Optional<Task>> tasks, String at) {
        Allowance budget = run.template().budget();
        return budget == null ? null : budget.exceeded(Spent.of(run, tasks), Instant.parse(at));
    }

    /** With what its tasks have used up by the time they had ended. */
    private StepRun counted(StepRun step) {
        StepRun now = step;
        for (int i = 0; i < step.tasks().size(); i++) {
            Item item = step.tasks().get(i);
            Optional<Task> task = tasks.getOrDefault(item.task(), Optional.empty());
            Spent used = Spent.of(task.filter(found -> found.state().isTerminal()));
            if (used != null && !used.isSame(item.used())) {
                now = now.with(i, new Item(item.task(), item.state(), used));
            }
        }
        return now;
    }

    private StepRun seen(StepRun step) {
        StepRun now = step;
        for (int i = 0; i < step.tasks().size() && step.is(StepRun.RUNNING); i++) {
            Item item = step.tasks().get(i);
            String state = item.hasEnded() ? item.state() : stateOf(item.task(), item.state());
            now = state.equals(item.state()) ? now : now.with(i, new Item(item.task(), state, item.used()));
        }
        Undo undo = step.undo();
        if (undo != null && undo.isOpen() && undo.task() != null) {
            String state = stateOf(undo.task(), StepRun.RUNNING);
            if (state.equals(StepRun.COMPLETED)) {
                now = now.with(new Undo(StepRun.COMPLETED, undo.task(), ""));
            } else if (new Item(undo.task(), state, null).isBad()) {
                now = now.with(new Undo(StepRun.FAILED, undo.task(), why(undo.task(), state)));
            }
        }
        return now;
    }

    /** The state of a task; the same as before if it was not looked at. */
    private String stateOf(String task, String before) {
        Optional<Task> found = tasks.get(task);
        return found == null
                ? before
                : found.map(Task::state).map(TaskState::wire).orElse(StepRun.LOST);
    }

    private StepRun over(Run run, StepRun step) {
        int order = run.lastOrder() + 1;
        Item bad = step.tasks().stream()
                .filter(task -> task.isBad() && !task.state().equals(StepRun.CANCELED))
                .findFirst()
                .or(() -> step.tasks().stream().filter(Item::isBad).findFirst())
                .orElse(null);
        if (bad == null) {
            return step.ended(StepRun.COMPLETED, "", at, order);
        }
        boolean asked = bad.state().equals(StepRun.CANCELED) && !run.is(Run.RUNNING);
        return step.ended(asked ? StepRun.CANCELED : StepRun.FAILED, Run.line(why(bad.task(), bad.state())), at, order);
    }

    private String why(String id, String state) {
        Task task = tasks.getOrDefault(id, Optional.empty()).orElse(null);
        if (task == null) {
            return "task " + id + " is " + state;
        }
        String error = Objects.requireNonNullElse(task.error(), task.cause());
        return "task " + id + " is " + state + (error.isEmpty() ? "" : ": " + error);
    }

    private Run goOn(Run run) {
        Optional<StepRun> failed =
                run.steps().stream().filter(step -> step.is(StepRun.FAILED)).findFirst();
        if (run.steps().stream().allMatch(StepRun::isDone)) {
            return run.ended(Run.COMPLETED, "", at);
        }
        String exceeded = exceeded(run, tasks, at);
        if (exceeded != null) {
            return run.now(Run.FAILING, "its budget is used up: " + exceeded, at);
        } else if (run.paused()) {
            return run;
        } else if (failed.isPresent()) {
            StepRun step = failed.get();
            return run.now(Run.FAILING, "step " + step.id() + ": " + step.reason(), at);
        }
        Run now = run;
        for (int i = 0; i < run.steps().size(); i++) {
            if (run.step(i).is(StepRun.WAITING)) {
                now = beginIfReady(now, i);
            }
        }
        return now.steps().stream().allMatch(StepRun::isDone) ? now.ended(Run.COMPLETED, "", at) : now;
    }

    /** A branch of which all that leads to a step was skipped ends there; a step where branches join goes on. */
    private Run beginIfReady(Run run, int index) {
        List<StepRun> before = run.spec(index).after().stream()
                .map(id -> run.step(run.indexOf(id)))
                .toList();
        if (!before.stream().allMatch(StepRun::isDone)) {
            return run;
        }
        boolean ends = !before.isEmpty() && before.stream().allMatch(step -> step.is(StepRun.SKIPPED));
        return run.with(
                index,
                ends
                        ? run.step(index).now(StepRun.SKIPPED, "all that it waits for was skipped", at)
                        : run.step(index).now(StepRun.STARTING, "", at));
    }

    private Run goBack(Run run) {
        Run now = run;
        for (int i = 0; i < run.steps().size(); i++) {
            if (run.step(i).is(StepRun.WAITING)) {
                now = now.with(i, run.step(i).now(StepRun.CANCELED, "it had not begun", at));
            }
        }
        boolean busy = now.steps().stream()
                .anyMatch(step ->
                        step.isOpen() || (step.undo() != null && step.undo().isOpen()));
        if (busy) {
            return now;
        }
        int next = nextToUndo(now);
        return next < 0 ? end(now) : now.with(next, now.step(next).with(new Undo(StepRun.STARTING, null, "")));
    }

    private static int nextToUndo(Run run) {
        if (!run.compensates()) {
            return -1;
        }
        return IntStream.range(0, run.steps().size())
                .filter(i -> run.spec(i).compensate() != null
                        && run.step(i).undo() == null
                        && run.step(i).didSomething())
                .boxed()
                .max(Comparator.comparingInt((Integer i) -> run.step(i).order()))
                .orElse(-1);
    }

    private Run end(Run run) {
        List<String> notUndone = run.steps().stream()
                .filter(step -> isFailed(step.undo()))
                .map(StepRun::id)
                .toList();
        String more = notUndone.isEmpty() ? "" : "; not undone: " + String.join(", ", notUndone);
        String why = run.reason() + more;
        return run.ended(
                run.is(Run.FAILING) ? Run.FAILED : Run.CANCELED, why.startsWith("; ") ? why.substring(2) : why, at);
    }

    private static boolean isFailed(@Nullable Undo undo) {
        return undo != null && undo.state().equals(StepRun.FAILED);
    }
}
