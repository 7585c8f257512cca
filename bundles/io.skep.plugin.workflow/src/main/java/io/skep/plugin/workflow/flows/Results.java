// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.flows.StepRun.Item;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What became of the tasks of a run. Thread-safe; nothing is kept here, the tasks have it. */
final class Results {
    /** Of all results that one step uses, as JSON. */
    private static final int MAX_CHARS = 1_000_000;

    private final TaskService tasks;
    private final Codec codec;

    Results(TaskService tasks, Codec codec) {
        this.tasks = tasks;
        this.codec = codec;
    }

    /** Tasks as they stand, by id; empty for one that is not known. */
    CompletionStage<Map<String, Optional<Task>>> tasks(List<String> ids) {
        CompletionStage<Map<String, Optional<Task>>> all = CompletableFuture.completedFuture(new HashMap<>());
        List<CompletionStage<Optional<Task>>> asked =
                ids.stream().map(tasks::find).toList();
        for (int i = 0; i < asked.size(); i++) {
            String id = ids.get(i);
            all = all.thenCombine(asked.get(i), (found, task) -> {
                found.put(id, task);
                return found;
            });
        }
        return all;
    }

    /**
     * What those steps came to, for the texts of another.
     *
     * @return ends as a {@link Declination} if a result is not there any more, or they are too long together
     */
    CompletionStage<Values> values(Run run, Set<String> steps) {
        List<StepRun> used =
                run.steps().stream().filter(step -> steps.contains(step.id())).toList();
        List<String> ids = used.stream()
                .flatMap(step -> step.tasks().stream())
                .filter(item -> item.state().equals(StepRun.COMPLETED))
                .map(Item::task)
                .toList();
        return tasks(ids).thenApply(found -> {
            Map<String, JsonNode> results = new HashMap<>();
            int[] left = {MAX_CHARS};
            for (StepRun step : used) {
                boolean each = run.spec(run.indexOf(step.id())).forEach() != null;
                List<JsonNode> parts = new ArrayList<>();
                step.tasks().forEach(item -> parts.add(result(step, item, found, left)));
                if (each && !step.is(StepRun.SKIPPED)) {
                    results.put(step.id(), new ArrayNode(JsonNodeFactory.instance, parts));
                } else if (!parts.isEmpty() && step.is(StepRun.COMPLETED)) {
                    results.put(step.id(), parts.get(0));
                }
            }
            return new Values(run.id(), run.input(), results, null, 0);
        });
    }

    private JsonNode result(StepRun step, Item item, Map<String, Optional<Task>> found, int[] left) {
        if (!item.state().equals(StepRun.COMPLETED)) {
            return JsonNodeFactory.instance.nullNode();
        }
        Task task = found.getOrDefault(item.task(), Optional.empty()).orElse(null);
        if (task != null && !task.state().isTerminal()) {
            // Somebody had it done once more; the result comes.
            throw new IllegalStateException("task " + item.task() + " of step " + step.id() + " is done once more");
        } else if (task == null || task.state() != TaskState.COMPLETED) {
            throw new Declination(
                    "task " + item.task() + " of step " + step.id() + " does not have its result any more");
        }
        String result = Objects.requireNonNullElse(task.result(), "null");
        left[0] -= result.length();
        if (left[0] < 0) {
            throw new Declination("the results that it uses have more than " + MAX_CHARS + " characters together");
        }
        return codec.tree("the result of step " + step.id(), result);
    }
}
