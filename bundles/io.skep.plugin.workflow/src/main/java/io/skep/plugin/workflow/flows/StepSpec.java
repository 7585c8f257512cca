// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.task.RetryPolicy;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A step of a workflow. Immutable; {@link #check} says whether it makes sense by itself.
 *
 * @param id letters, digits, underscore and hyphen, at most 40
 * @param description of its task, with places such as {@code ${input.x}}
 * @param input of its task: any JSON, with places in its texts; what the run was given if absent
 * @param skills of the agent
 * @param priority 0 to 9, 5 if absent
 * @param tenant the run's if absent
 * @param timeoutSeconds how long one attempt may take
 * @param deadlineSeconds how long the task may take with all attempts and all waiting
 * @param retry how often it is tried
 * @param dependsOn ids of the steps that end before it
 * @param when what must hold, or the step is skipped
 * @param forEach a pointer to a list, {@code /input/files} or {@code /steps/a/result}: the step becomes a task for each
 *     entry
 * @param compensate what undoes it
 */
public record StepSpec(
        @Nullable String id,
        @Nullable String description,
        @Nullable JsonNode input,
        @Nullable List<String> skills,
        @Nullable Integer priority,
        @Nullable String tenant,
        @Nullable Integer timeoutSeconds,
        @Nullable Integer deadlineSeconds,
        @Nullable Retry retry,
        @Nullable List<String> dependsOn,
        @Nullable Condition when,
        @Nullable String forEach,
        @Nullable Compensation compensate) {
    private static final String ID = "[A-Za-z0-9][A-Za-z0-9_-]{0,39}";
    private static final int MAX_DESCRIPTION = 8_000;
    private static final int MAX_SKILLS = 16;
    private static final int MAX_SECONDS = 2_592_000;

    /**
     * How often a task is tried.
     *
     * @param maxAttempts 1 to 100, 3 if absent
     */
    public record Retry(@Nullable Integer maxAttempts) {
        static RetryPolicy policy(@Nullable Retry retry) {
            Integer most = retry == null ? null : retry.maxAttempts();
            return most == null
                    ? RetryPolicy.DEFAULT
                    : new RetryPolicy(most, RetryPolicy.DEFAULT.initialDelay(), RetryPolicy.DEFAULT.maxDelay());
        }

        private static void check(String field, @Nullable Retry retry) {
            if (retry != null) {
                Inputs.range(field + ".maxAttempts", retry.maxAttempts(), 1, 100);
            }
        }
    }

    /**
     * What undoes a step: a task, when the run fails or is canceled after the step did something.
     *
     * @param input the results of the step if absent
     */
    public record Compensation(
            @Nullable String description,
            @Nullable JsonNode input,
            @Nullable List<String> skills,
            @Nullable Integer timeoutSeconds,
            @Nullable Retry retry) {
        private void check() {
            Inputs.text("compensate.description", Inputs.required("compensate.description", description), 8_000);
            Inputs.texts("compensate.skills", skills, MAX_SKILLS, 128);
            Inputs.range("compensate.timeoutSeconds", timeoutSeconds, 1, MAX_SECONDS);
            Retry.check("compensate.retry", retry);
        }

        String text() {
            return Objects.requireNonNullElse(description, "");
        }

        List<String> allSkills() {
            return Objects.requireNonNullElse(skills, List.of());
        }
    }

    /** The id of a step that has been checked. */
    String called() {
        return Objects.requireNonNullElse(id, "");
    }

    String text() {
        return Objects.requireNonNullElse(description, "");
    }

    List<String> after() {
        return Objects.requireNonNullElse(dependsOn, List.of());
    }

    List<String> allSkills() {
        return Objects.requireNonNullElse(skills, List.of());
    }

    static @Nullable Duration seconds(@Nullable Integer seconds) {
        return seconds == null ? null : Duration.ofSeconds(seconds);
    }

    /**
     * Looks at it without the other steps.
     *
     * @throws Declination that says what is wrong
     */
    void check() {
        if (!Inputs.required("id", id).matches(ID)) {
            throw new Declination(
                    "field \"id\" of a step must be letters, digits, underscore and hyphen, at most 40, and"
                            + " begin with a letter or digit");
        }
        try {
            Inputs.text("description", Inputs.required("description", description), MAX_DESCRIPTION);
            Inputs.texts("skills", skills, MAX_SKILLS, 128);
            Inputs.range("priority", priority, 0, 9);
            Inputs.name("tenant", tenant);
            Inputs.range("timeoutSeconds", timeoutSeconds, 1, MAX_SECONDS);
            Inputs.range("deadlineSeconds", deadlineSeconds, 1, MAX_SECONDS);
            Retry.check("retry", retry);
            Inputs.texts("dependsOn", dependsOn, TemplateSpec.MAX_STEPS, 40);
            if (when != null) {
                when.check();
            }
            if (forEach != null) {
                Fan.of(forEach);
            }
            if (compensate != null) {
                compensate.check();
            }
            places();
        } catch (Declination wrong) {
            throw new Declination("step " + id + ": " + wrong.getMessage());
        }
    }

    /** Every place in its texts, those of its compensation aside. */
    List<Place> places() {
        List<Place> places = new ArrayList<>(Texts.places(text()));
        places.addAll(Texts.places(input));
        return places;
    }

    /** Every place in the texts of its compensation. */
    List<Place> placesOfCompensation() {
        if (compensate == null) {
            return List.of();
        }
        List<Place> places = new ArrayList<>(Texts.places(compensate.text()));
        places.addAll(Texts.places(compensate.input()));
        return places;
    }
}
