// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.task.Task;
import io.skep.plugin.workflow.base.Versions.Version;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code workflows} answers. */
public final class Answers {
    private Answers() {}

    /**
     * A run after an order.
     *
     * @param state running, paused, failing, canceling, completed, failed or canceled
     * @param duplicate whether the key was known, and nothing was begun; null if there was none to know
     */
    public record Ordered(
            String run,
            String workflow,
            String state,
            String reason,
            @Nullable Boolean duplicate) {
        static Ordered of(Run run) {
            return new Ordered(run.id(), run.workflow(), Runs.stateOf(run), run.reason(), null);
        }

        Ordered known(boolean before) {
            return new Ordered(run, workflow, state, reason, before);
        }
    }

    /** A template after a change. */
    public record Changed(String name, int version, boolean changed) {}

    /** A template in a list. */
    public record Row(
            String name, int version, String at, @Nullable String description, int steps) {
        static Row of(String name, Version<TemplateSpec> version) {
            TemplateSpec template = version.value();
            return new Row(
                    name,
                    version.version(),
                    version.at(),
                    template == null ? null : template.description(),
                    template == null ? 0 : template.all().size());
        }
    }

    /** The templates. */
    public record Workflows(List<Row> workflows) {}

    /**
     * A version of a template.
     *
     * @param template null if it was removed
     */
    public record OfVersion(
            int version, String at, @Nullable TemplateSpec template) {}

    /** A template with its last versions, the newest first. */
    public record Shown(String name, List<OfVersion> versions) {}

    /** A run in a list. */
    public record RunRow(
            String run,
            String workflow,
            int version,
            String state,
            String reason,
            String startedAt,
            @Nullable String endedAt) {
        static RunRow of(Runs.Summary of) {
            return new RunRow(
                    of.id(), of.workflow(), of.version(), of.state(), of.reason(), of.startedAt(), of.endedAt());
        }
    }

    /**
     * Runs, those that began last first.
     *
     * @param underWay how many have not ended, of all
     */
    public record RunRows(int underWay, List<RunRow> runs) {}

    /**
     * A task of a step.
     *
     * @param attempts how many were begun, null if the task is not known any more
     */
    public record OfTask(
            String task, String state, @Nullable Integer attempts) {}

    /**
     * A step of a run.
     *
     * @param compensation how far what undoes it is, or null
     */
    public record Step(
            String id,
            String state,
            String reason,
            String at,
            int round,
            List<OfTask> tasks,
            StepRun.@Nullable Undo compensation) {
        static Step of(StepRun step, Map<String, Optional<Task>> seen) {
            List<OfTask> tasks = step.tasks().stream()
                    .map(item -> {
                        Task task =
                                seen.getOrDefault(item.task(), Optional.empty()).orElse(null);
                        return new OfTask(
                                item.task(),
                                task == null ? item.state() : task.state().wire(),
                                task == null ? null : task.attempts().size());
                    })
                    .toList();
            return new Step(step.id(), step.state(), step.reason(), step.at(), step.round(), tasks, step.undo());
        }
    }

    /**
     * A run as it stands.
     *
     * @param budget of all its tasks together, or null
     * @param spent of that, or null
     */
    public record Status(
            String run,
            String workflow,
            int version,
            String state,
            String reason,
            String startedAt,
            @Nullable String endedAt,
            int round,
            JsonNode input,
            @Nullable Allowance budget,
            @Nullable Spent spent,
            List<Step> steps,
            List<Run.Moment> history) {
        static Status of(Run run, Map<String, Optional<Task>> seen) {
            return new Status(
                    run.id(),
                    run.workflow(),
                    run.version(),
                    Runs.stateOf(run),
                    run.reason(),
                    run.startedAt(),
                    run.endedAt(),
                    run.round(),
                    run.input(),
                    run.template().budget(),
                    run.template().budget() == null ? null : Spent.of(run, seen),
                    run.steps().stream().map(step -> Step.of(step, seen)).toList(),
                    run.history());
        }
    }
}
