// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import io.skep.api.task.TaskSpec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A gate: some checks, how they count together, and which tasks must pass it. Immutable.
 *
 * @param name by which it is found
 * @param stage before or after execution; after if absent
 * @param enabled whether tasks that match must pass it; else it is there on demand only. True if absent
 * @param tenants whose tasks; all if absent or empty
 * @param skills that the task must ask for, all of them
 * @param namePattern a regular expression of RE2 to be found in the task's name
 * @param combine all, any or weighted; all if absent
 * @param minScore that a weighted gate needs, 0.8 if absent
 * @param checks at least one
 */
public record GateSpec(
        @Nullable String name,
        @Nullable String description,
        @Nullable String stage,
        @Nullable Boolean enabled,
        @Nullable List<String> tenants,
        @Nullable List<String> skills,
        @Nullable String namePattern,
        @Nullable String combine,
        @Nullable Double minScore,
        @Nullable List<CheckSpec> checks) {
    static final String BEFORE = "before";
    static final String AFTER = "after";
    static final String ALL = "all";
    static final String ANY = "any";
    static final String WEIGHTED = "weighted";
    static final List<String> STAGES = List.of(BEFORE, AFTER);

    static final int MAX_CHECKS = 20;
    private static final double DEFAULT_SCORE = 0.8;

    /** Checks what is there. */
    public GateSpec {
        Inputs.name("name", name);
        Inputs.text("description", description, 1000);
        Inputs.oneOf("stage", stage, STAGES);
        tenants = tenants == null ? null : Inputs.texts("tenants", tenants, 64, 64);
        skills = skills == null ? null : Inputs.texts("skills", skills, 16, 128);
        Inputs.text("namePattern", namePattern, Patterns.MAX_PATTERN);
        Inputs.oneOf("combine", combine, List.of(ALL, ANY, WEIGHTED));
        Inputs.share("minScore", minScore);
        checks = checks == null ? null : Inputs.list("checks", checks, MAX_CHECKS);
    }

    /** A gate of some checks that are given in a call. */
    static GateSpec of(
            String name, @Nullable String combine, @Nullable Double minScore, @Nullable List<CheckSpec> checks) {
        return new GateSpec(name, null, null, null, null, null, null, combine, minScore, checks);
    }

    /**
     * This gate, after a look at whether it can be evaluated at all.
     *
     * @throws Declination in a sentence that says what is wrong
     */
    GateSpec valid() {
        if (checks == null || checks.isEmpty()) {
            throw new Declination("a gate without checks would pass everything: name at least one in \"checks\"");
        }
        List<CheckSpec> valid = checks.stream().map(CheckSpec::valid).toList();
        Set<String> names = new HashSet<>();
        for (CheckSpec check : valid) {
            if (!names.add(check.called())) {
                throw new Declination("two checks are called " + check.called() + ": give each a name");
            }
            QuickChecks.validate(check);
        }
        if (minScore != null && !WEIGHTED.equals(combine)) {
            throw new Declination("field \"minScore\" goes with \"combine\": \"weighted\"");
        }
        if (WEIGHTED.equals(combine) && valid.stream().allMatch(check -> check.weighs() == 0)) {
            throw new Declination("no check of the gate has a weight");
        }
        if (namePattern != null) {
            Patterns.compile(namePattern);
        }
        return new GateSpec(name, description, stage, enabled, tenants, skills, namePattern, combine, minScore, valid);
    }

    /** Whether tasks that match must pass it. */
    boolean isOn() {
        return !Boolean.FALSE.equals(enabled);
    }

    /** When it judges. */
    String at() {
        return Objects.requireNonNullElse(stage, AFTER);
    }

    /** Whether a task is one of those that it is for. */
    boolean isFor(TaskSpec task) {
        return (tenants == null || tenants.isEmpty() || tenants.contains(task.tenant()))
                && (skills == null || task.skills().containsAll(skills))
                && (namePattern == null
                        || Patterns.found(Patterns.compile(namePattern), Objects.requireNonNullElse(task.name(), "")));
    }

    String called() {
        return Objects.requireNonNull(name);
    }

    List<CheckSpec> all() {
        return Objects.requireNonNullElse(checks, List.of());
    }

    String combined() {
        return Objects.requireNonNullElse(combine, ALL);
    }

    double needs() {
        return Objects.requireNonNullElse(minScore, DEFAULT_SCORE);
    }
}
