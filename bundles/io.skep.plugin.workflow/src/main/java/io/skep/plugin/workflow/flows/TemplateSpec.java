// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.workflow.gates.JsonSchemas;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A workflow as a user writes it. Immutable; {@link #valid} says whether it makes sense.
 *
 * @param name letters, digits, dot, underscore and hyphen, at most 64; may be absent from one that is given with a start
 * @param description in words
 * @param input JSON Schema of what a run is given; anything if absent
 * @param tenant of the tasks; the caller's if absent
 * @param budget what all tasks of a run may use up together; no limit if absent
 * @param steps 1 to {@value #MAX_STEPS}
 */
public record TemplateSpec(
        @Nullable String name,
        @Nullable String description,
        @Nullable JsonNode input,
        @Nullable String tenant,
        @Nullable Allowance budget,
        @Nullable List<StepSpec> steps) {
    static final int MAX_STEPS = 100;

    /** The same, for that tenant. */
    TemplateSpec of(String newTenant) {
        return new TemplateSpec(name, description, input, newTenant, budget, steps);
    }

    List<StepSpec> all() {
        return Objects.requireNonNullElse(steps, List.of());
    }

    StepSpec step(int index) {
        return all().get(index);
    }

    /**
     * It, looked at as a whole; takes a while if it has a schema.
     *
     * @throws Declination that says what is wrong
     */
    TemplateSpec valid() {
        Inputs.name("name", name);
        Inputs.text("description", description, 1000);
        Inputs.name("tenant", tenant);
        if (budget != null) {
            budget.check();
        }
        if (Inputs.list("steps", steps, MAX_STEPS).isEmpty()) {
            throw new Declination("field \"steps\" must have 1 to " + MAX_STEPS + " entries, not 0");
        }
        all().forEach(StepSpec::check);
        Graph graph = new Graph(all());
        all().forEach(step -> checkReferences(graph, step));
        if (input != null) {
            checkSchema(input);
        }
        return this;
    }

    private static void checkSchema(JsonNode input) {
        try {
            JsonSchemas.validate(input);
        } catch (Declination wrong) {
            throw new Declination("field \"input\": " + wrong.getMessage());
        }
    }

    /** A step knows only what has ended before it, and has an entry only if it fans out. */
    private static void checkReferences(Graph graph, StepSpec step) {
        Set<String> known = graph.before(step.called());
        step.places().forEach(place -> checkPlace(step, place, known));
        Set<String> named =
                new HashSet<>(step.when() == null ? Set.of() : step.when().steps());
        String list = step.forEach() == null ? null : Fan.of(step.forEach()).step();
        if (list != null) {
            named.add(list);
        }
        named.forEach(one -> checkKnown(step, one, known));
        known.add(step.called());
        step.placesOfCompensation().forEach(place -> {
            checkKnown(step, place.step(), known);
            if (place.root().equals(Place.ITEM) || place.root().equals(Place.INDEX)) {
                throw new Declination(
                        "step " + step.called() + ": a compensation is one task, so it has no ${" + place.root() + "}");
            }
        });
    }

    private static void checkPlace(StepSpec step, Place place, Set<String> known) {
        checkKnown(step, place.step(), known);
        boolean entry = place.root().equals(Place.ITEM) || place.root().equals(Place.INDEX);
        if (entry && step.forEach() == null) {
            throw new Declination("step " + step.called() + ": ${" + place.root() + "} goes with field \"forEach\"");
        }
    }

    private static void checkKnown(StepSpec step, @Nullable String named, Set<String> known) {
        if (named != null && !known.contains(named)) {
            throw new Declination("step " + step.called() + " names the result of step "
                    + named.replaceAll("[^A-Za-z0-9_-]", "?") + ", for which it does not wait");
        }
    }
}
