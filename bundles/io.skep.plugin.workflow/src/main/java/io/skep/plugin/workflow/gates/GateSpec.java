// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.Stage;
import io.skep.api.task.TaskSpec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.base.pattern.Patterns;
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
 * @param onFail what becomes of a task that does not pass: again (tried again with the feedback, the default of a gate
 *     after execution), fail, or ask (a person decides)
 * @param rounds how many results of one task it sends back; 2 if absent
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
        @Nullable String onFail,
        @Nullable Integer rounds,
        @Nullable String combine,
        @Nullable Double minScore,
        @Nullable List<CheckSpec> checks) {
    static final String BEFORE = "before";
    static final String AFTER = "after";
    static final String ALL = "all";
    static final String ANY = "any";
    static final String WEIGHTED = "weighted";
    static final String AGAIN = "again";
    static final String ASK = "ask";
    static final List<String> STAGES = List.of(BEFORE, AFTER);

    static final int MAX_CHECKS = 20;
    private static final int MAX_ROUNDS = 20;
    private static final int DEFAULT_ROUNDS = 2;
    private static final double DEFAULT_SCORE = 0.8;

    /** Checks what is there. */
    public GateSpec {
        Inputs.name("name", name);
        Inputs.text("description", description, 1000);
        Inputs.oneOf("stage", stage, STAGES);
        tenants = tenants == null ? null : Inputs.texts("tenants", tenants, 64, 64);
        skills = skills == null ? null : Inputs.texts("skills", skills, 16, 128);
        Inputs.text("namePattern", namePattern, Patterns.MAX_PATTERN);
        Inputs.oneOf("onFail", onFail, List.of(AGAIN, "fail", ASK));
        Inputs.range("rounds", rounds, 0, MAX_ROUNDS);
        Inputs.oneOf("combine", combine, List.of(ALL, ANY, WEIGHTED));
        Inputs.share("minScore", minScore);
        checks = checks == null ? null : Inputs.list("checks", checks, MAX_CHECKS);
    }

    /** A gate of some checks that are given in a call. */
    static GateSpec of(
            String name, @Nullable String combine, @Nullable Double minScore, @Nullable List<CheckSpec> checks) {
        return new GateSpec(name, null, null, null, null, null, null, null, null, combine, minScore, checks);
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
        if (at().equals(BEFORE) && AGAIN.equals(onFail)) {
            throw new Declination("field \"onFail\" cannot be \"again\" before execution: nothing was tried yet");
        }
        return with(valid);
    }

    /** The same with other checks. */
    GateSpec with(List<CheckSpec> others) {
        return new GateSpec(
                name,
                description,
                stage,
                enabled,
                tenants,
                skills,
                namePattern,
                onFail,
                rounds,
                combine,
                minScore,
                others);
    }

    /** Whether tasks that match must pass it. */
    boolean isOn() {
        return !Boolean.FALSE.equals(enabled);
    }

    /** Whether a task that did not pass is to be tried again, of which so many results were sent back. */
    boolean sendsBack(int sentBack) {
        return at().equals(AFTER)
                && Objects.requireNonNullElse(onFail, AGAIN).equals(AGAIN)
                && sentBack < Objects.requireNonNullElse(rounds, DEFAULT_ROUNDS);
    }

    /** Whether a person decides about what did not pass. */
    boolean asks() {
        return ASK.equals(onFail);
    }

    /** Whether people judge, all that comes to it or what did not pass. */
    boolean needsPeople() {
        return asks() || all().stream().anyMatch(check -> check.isA().equals(CheckSpec.HUMAN));
    }

    /** The gate at which a person decides about what did not pass this one. */
    GateSpec appeal(String feedback) {
        String question = called() + " did not pass it; accept it all the same? " + feedback;
        return of(called(), null, null, List.of(CheckSpec.human(question))).valid();
    }

    /** Which tasks core must put through it. */
    Checkpoint checkpoint() {
        return new Checkpoint(
                at().equals(BEFORE) ? Stage.BEFORE : Stage.AFTER,
                Capabilities.QUALITY_GATES,
                "check",
                tenants == null ? Set.of() : new HashSet<>(tenants),
                skills == null ? Set.of() : new HashSet<>(skills),
                0,
                null);
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
