// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.Refusal;
import io.skep.api.payload.Payload;
import io.skep.api.payload.PayloadLostException;
import io.skep.api.task.Assignment;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.core.engine.Reads;
import io.skep.core.payload.Payloads;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The payloads that tasks refer to, looked at before a task is taken, completed or given out. Costs nothing where there
 * are none; else the disk is waited for on an executor. Thread-safe.
 */
public final class References {
    private static final Logger LOG = LoggerFactory.getLogger(References.class);
    private static final CompletionStage<Void> NONE = CompletableFuture.completedFuture(null);

    private final Payloads payloads;
    private final Executor executor;

    /** {@code executor} refuses what does not fit. */
    public References(Payloads payloads, Executor executor) {
        this.payloads = payloads;
        this.executor = executor;
    }

    /** Completes when every payload that is an input is there, and stays for long enough to be part of a task. */
    CompletionStage<Void> ofInputs(List<TaskSpec> specs) {
        Map<String, Payload> referred = new LinkedHashMap<>();
        for (int i = 0; i < specs.size(); i++) {
            String field = specs.size() == 1 ? "input" : "[" + i + "].input";
            Payload.referred(specs.get(i).input()).ifPresent(payload -> referred.put(field, payload));
        }
        return keep(referred);
    }

    /** The same of a result. */
    CompletionStage<Void> ofResult(String result) {
        return Payload.referred(result)
                .map(payload -> keep(Map.of("result", payload)))
                .orElse(NONE);
    }

    private CompletionStage<Void> keep(Map<String, Payload> referred) {
        if (referred.isEmpty()) {
            return NONE;
        }
        return Reads.on(executor, () -> {
            referred.forEach(this::keep);
            return null;
        });
    }

    private void keep(String field, Payload payload) {
        try {
            payloads.keep(payload);
        } catch (PayloadLostException e) {
            throw Refusal.invalid(field, e.getMessage() + "; it has to be uploaded first");
        }
    }

    /**
     * The assignments whose inputs are what they were. When there is no time to look, all: an agent still gets no byte
     * too many of a payload that has changed.
     *
     * @param lost is given each other task, with the reason
     */
    CompletionStage<List<Assignment>> whole(
            List<Assignment> assignments, BiFunction<Task, String, CompletionStage<Task>> lost) {
        if (assignments.stream().allMatch(a -> referred(a).isEmpty())) {
            return CompletableFuture.completedFuture(assignments);
        }
        return Reads.on(executor, () -> causes(assignments))
                .exceptionally(busy -> Map.of())
                .thenCompose(causes -> without(assignments, causes, lost));
    }

    private Map<String, String> causes(List<Assignment> assignments) {
        Map<String, String> causes = new LinkedHashMap<>();
        for (Assignment assignment : assignments) {
            referred(assignment).forEach(payload -> {
                try {
                    payloads.verify(payload);
                } catch (PayloadLostException e) {
                    causes.put(assignment.task().id(), e.getMessage());
                }
            });
        }
        return causes;
    }

    private static CompletionStage<List<Assignment>> without(
            List<Assignment> assignments,
            Map<String, String> causes,
            BiFunction<Task, String, CompletionStage<Task>> lost) {
        List<Assignment> whole = new ArrayList<>();
        CompletionStage<Void> told = NONE;
        for (Assignment assignment : assignments) {
            Task task = assignment.task();
            String cause = causes.get(task.id());
            if (cause == null) {
                whole.add(assignment);
            } else {
                LOG.warn("task {} fails: {}", task.id(), cause);
                // If even that is refused, the attempt's lease runs out.
                told = told.thenCombine(
                        lost.apply(task, cause).exceptionally(refused -> task), (before, failed) -> null);
            }
        }
        return told.thenApply(all -> whole);
    }

    private static List<Payload> referred(Assignment assignment) {
        return Payload.referred(assignment.task().spec().input()).stream().toList();
    }
}
