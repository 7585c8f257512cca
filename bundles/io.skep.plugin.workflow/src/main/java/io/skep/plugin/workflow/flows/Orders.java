// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import io.skep.api.task.Task;
import io.skep.plugin.base.Declination;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a run becomes when somebody asks for something. Without any effect; each is declined in a sentence. */
final class Orders {
    private Orders() {}

    static Run pause(Run run, String at) {
        live(run);
        if (!run.is(Run.RUNNING)) {
            throw new Declination("run " + run.id() + " is " + run.state() + " and cannot be paused");
        }
        return run.paused() ? run : run.pausing(true, at);
    }

    static Run resume(Run run, String at) {
        live(run);
        return run.paused() ? run.pausing(false, at) : run;
    }

    /** Again without compensation, it ends a compensation that is under way. */
    static Run cancel(Run run, @Nullable String reason, boolean compensates, String at) {
        live(run);
        Run now = compensates || !run.compensates() ? run : run.notCompensating();
        now = now.paused() ? now.pausing(false, at) : now;
        return now.is(Run.CANCELING)
                ? now
                : now.now(Run.CANCELING, reason == null ? "canceled by request" : reason, at);
    }

    private static void live(Run run) {
        if (run.isOver()) {
            throw new Declination("run " + run.id() + " has ended, it is " + run.state());
        }
    }

    /** The steps that {@link #rerun} makes begin anew. */
    static Set<String> again(Run run, @Nullable String from) {
        Set<String> again = new TreeSet<>();
        for (StepRun step : run.steps()) {
            // What was undone, or should have been, cannot be built upon.
            if (!step.isDone() || step.undo() != null) {
                again.add(step.id());
            }
        }
        if (from != null) {
            if (run.indexOf(from) < 0) {
                throw new Declination(
                        "field \"from\": run " + run.id() + " has no step " + from.replaceAll("[^A-Za-z0-9_-]", "?"));
            }
            again.add(from);
        } else if (again.isEmpty()) {
            throw new Declination("every step of run " + run.id() + " has completed; name one in field \"from\"");
        }
        return new HashSet<>(new Graph(run.template().all()).withAllBehind(again));
    }

    /**
     * All steps that did not complete or were undone, the one that is named, and what waits for them, once more.
     *
     * @param tasks those that {@link Progress#counting} names, as they stand
     */
    static Run rerun(Run ended, Map<String, Optional<Task>> tasks, @Nullable String from, String at) {
        if (!ended.isOver()) {
            throw new Declination("run " + ended.id() + " has not ended; it is " + ended.state());
        }
        Run run = Progress.counted(ended, tasks);
        Allowance budget = run.template().budget();
        if (budget != null) {
            budget.left(Spent.of(run, Map.of()), Instant.parse(at), 1);
        }
        Set<String> again = again(run, from);
        int round = run.round() + 1;
        List<StepRun> steps = IntStream.range(0, run.steps().size())
                .mapToObj(i -> again.contains(run.step(i).id())
                        ? StepRun.waiting(run.step(i).id(), round, at)
                        : run.step(i))
                .toList();
        Spent used = run.used();
        for (StepRun step : run.steps()) {
            for (StepRun.Item item : again.contains(step.id()) ? step.tasks() : List.<StepRun.Item>of()) {
                used = used.plus(item.used());
            }
        }
        return (budget == null ? run : run.with(used))
                .again(steps, "with " + String.join(", ", new TreeSet<>(again)), at);
    }
}
