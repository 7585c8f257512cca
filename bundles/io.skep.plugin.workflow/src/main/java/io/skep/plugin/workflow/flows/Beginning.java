// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.flows.StepSpec.Compensation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that a step of a run becomes. A function of the run and of results, which stay as they are, so that a step
 * that is begun twice asks for the same tasks by the same keys, and core makes each once.
 */
final class Beginning {
    /** Tasks of one run, at most. */
    static final int MAX_TASKS = 1000;

    private static final int MAX_DESCRIPTION = 16_384;
    private static final int MAX_INPUT = 200_000;
    /** A task that is only looked for by its key, to be canceled: should it not be there, nobody begins it. */
    private static final Duration NOT_AT_ALL = Duration.ofDays(30);

    private final Run run;
    private final int index;
    private final StepSpec step;
    private final Instant now;
    private final Spent spent;

    /** Of a run whose tasks have used up so much of its budget. */
    Beginning(Run run, int index, Instant now, Spent spent) {
        this.run = run;
        this.index = index;
        this.step = run.spec(index);
        this.now = now;
        this.spent = spent;
    }

    /** The steps whose results {@link #tasks} needs. */
    Set<String> needed() {
        Set<String> needed = named(step.places());
        if (step.when() != null) {
            needed.addAll(step.when().steps());
        }
        String list = step.forEach() == null ? null : Fan.of(step.forEach()).step();
        if (list != null) {
            needed.add(list);
        }
        return needed;
    }

    /** The steps whose results {@link #compensation} needs. */
    Set<String> neededForCompensation() {
        Set<String> needed = named(step.placesOfCompensation());
        needed.add(step.called());
        return needed;
    }

    private static Set<String> named(List<Place> places) {
        Set<String> named = new HashSet<>();
        places.forEach(place -> {
            if (place.step() != null) {
                named.add(place.step());
            }
        });
        return named;
    }

    /**
     * Its tasks; null if it is skipped.
     *
     * @throws Declination that says why it cannot begin
     */
    @Nullable
    List<TaskSpec> tasks(Values values) {
        if (step.when() != null && !step.when().holds(values)) {
            return null;
        } else if (step.forEach() == null) {
            return List.of(task(values, run.id() + '.' + step.called(), 1));
        }
        List<JsonNode> entries = Fan.of(step.forEach()).entries(values);
        if (run.taskCount() + entries.size() > MAX_TASKS) {
            throw new Declination("the run would become more than " + MAX_TASKS + " tasks");
        }
        List<TaskSpec> tasks = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            tasks.add(task(values.with(entries.get(i), i), run.id() + '.' + step.called() + '.' + i, entries.size()));
        }
        return tasks;
    }

    /** One of so many that begin together. */
    private TaskSpec task(Values values, String name, int together) {
        JsonNode input = step.input() == null ? given(values) : filled(step.input(), values);
        TaskSpecBuilder spec = common(step.text(), values)
                .name(name)
                .input(input.toString())
                .skills(step.allSkills())
                .attemptTimeout(StepSpec.seconds(step.timeoutSeconds()))
                .retry(StepSpec.Retry.policy(step.retry()))
                .idempotencyKey(key(String.valueOf(values.index())));
        if (step.deadlineSeconds() != null) {
            spec.deadline(now.plusSeconds(step.deadlineSeconds()));
        }
        Allowance budget = run.template().budget();
        if (budget != null && run.is(Run.RUNNING)) {
            spec.budget(budget.left(spent, now, together));
        }
        return run.is(Run.RUNNING) ? spec.build() : notAtAll(spec);
    }

    /** What undoes the step. */
    TaskSpec compensation(Values values) {
        Compensation undo = Objects.requireNonNull(step.compensate());
        JsonNode input = undo.input() == null ? done(values) : filled(undo.input(), values);
        TaskSpecBuilder spec = common(undo.text(), values)
                .name(run.id() + '.' + step.called() + ".undo")
                .input(input.toString())
                .skills(undo.allSkills())
                .attemptTimeout(StepSpec.seconds(undo.timeoutSeconds()))
                .retry(undo.retry() == null ? RetryPolicy.DEFAULT : StepSpec.Retry.policy(undo.retry()))
                .idempotencyKey(key("undo"));
        return run.compensates() ? spec.build() : notAtAll(spec);
    }

    private TaskSpecBuilder common(String description, Values values) {
        TaskSpecBuilder spec = TaskSpec.of(Texts.fill("the description", description, values, MAX_DESCRIPTION))
                .priority(step.priority() == null ? TaskSpec.DEFAULT_PRIORITY : step.priority())
                .owner(run.owner());
        String tenant = step.tenant() == null ? run.tenant() : step.tenant();
        return tenant == null ? spec : spec.tenant(tenant);
    }

    private TaskSpec notAtAll(TaskSpecBuilder spec) {
        return spec.deadline(null).notBefore(now.plus(NOT_AT_ALL)).build();
    }

    private String key(String which) {
        return String.join(
                ":",
                "workflow",
                run.id(),
                step.called(),
                which,
                Integer.toString(run.step(index).round()));
    }

    private static JsonNode filled(JsonNode input, Values values) {
        return Texts.fill("the input", input, values, MAX_INPUT);
    }

    private ObjectNode described() {
        return JsonNodeFactory.instance.objectNode().put("run", run.id()).put("step", step.called());
    }

    private JsonNode given(Values values) {
        ObjectNode given = described();
        given.set("input", values.input());
        if (step.forEach() != null && values.item() != null) {
            given.put("index", values.index()).set("item", values.item());
        }
        return bounded(given);
    }

    private JsonNode done(Values values) {
        ObjectNode done = described();
        done.set("result", values.result(step.called()));
        return bounded(done);
    }

    private static JsonNode bounded(JsonNode input) {
        if (input.toString().length() > MAX_INPUT) {
            throw new Declination("the input becomes too long with what is put into it");
        }
        return input;
    }
}
