// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.base.pattern.Patterns;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One check of a gate. Immutable; which fields are there depends on the kind.
 *
 * @param name within its gate; the kind if absent
 * @param kind schema, pattern, threshold, program, reviewer or human
 * @param weight in the score, 0 to 1000, 1 if absent
 * @param schema a JSON Schema 2020-12 that the result must fit
 * @param pattern a regular expression of RE2 that must be found
 * @param absent whether the pattern must not be found instead
 * @param pointer a JSON pointer to the part of the result that a pattern or threshold looks at
 * @param min of a number, not less
 * @param max of a number, not more
 * @param program a file in the directory of programs; exit status 0 passes
 * @param args of the program
 * @param skills that the reviewing agent must have
 * @param rubric what the reviewer shall judge by
 * @param minScore that the reviewer must give, 0.7 if absent
 * @param question that a human decides
 * @param timeoutSeconds until when a program, reviewer or human must have answered
 */
public record CheckSpec(
        @Nullable String name,
        @Nullable String kind,
        @Nullable Double weight,
        @Nullable JsonNode schema,
        @Nullable String pattern,
        @Nullable Boolean absent,
        @Nullable String pointer,
        @Nullable Double min,
        @Nullable Double max,
        @Nullable String program,
        @Nullable List<String> args,
        @Nullable List<String> skills,
        @Nullable String rubric,
        @Nullable Double minScore,
        @Nullable String question,
        @Nullable Integer timeoutSeconds) {
    static final String SCHEMA = "schema";
    static final String PATTERN = "pattern";
    static final String THRESHOLD = "threshold";
    static final String PROGRAM = "program";
    static final String REVIEWER = "reviewer";
    static final String HUMAN = "human";

    private static final Map<String, Set<String>> FIELDS = Map.of(
            SCHEMA, Set.of("schema"),
            PATTERN, Set.of("pattern", "absent", "pointer"),
            THRESHOLD, Set.of("pointer", "min", "max"),
            PROGRAM, Set.of("program", "args", "timeoutSeconds"),
            REVIEWER, Set.of("skills", "rubric", "minScore", "timeoutSeconds"),
            HUMAN, Set.of("question", "timeoutSeconds"));
    private static final Map<String, Integer> DEFAULT_SECONDS = Map.of(PROGRAM, 30, REVIEWER, 600, HUMAN, 24 * 3600);
    private static final Map<String, Integer> MOST_SECONDS =
            Map.of(PROGRAM, 600, REVIEWER, 24 * 3600, HUMAN, 30 * 24 * 3600);

    /** Checks what is there. */
    public CheckSpec {
        Inputs.oneOf("kind", kind, FIELDS.keySet().stream().sorted().toList());
        Inputs.name("name", name);
        if (weight != null && !(weight >= 0 && weight <= 1000)) {
            throw new Declination("field \"weight\" must be 0 to 1000, not " + weight);
        }
        Inputs.text("pattern", pattern, Patterns.MAX_PATTERN);
        Inputs.text("pointer", pointer, 500);
        Inputs.name("program", program);
        args = args == null ? null : Inputs.texts("args", args, 32, 1000);
        skills = skills == null ? null : Inputs.texts("skills", skills, 16, 128);
        Inputs.text("rubric", rubric, 8000);
        Inputs.share("minScore", minScore);
        Inputs.text("question", question, 2000);
    }

    /** A person decides. */
    static CheckSpec human(String question) {
        return new CheckSpec(
                null, HUMAN, null, null, null, null, null, null, null, null, null, null, null, null, question, null);
    }

    /**
     * This check with its name, after a look at whether it can be done at all.
     *
     * @throws Declination that names the check and what is wrong with it
     */
    CheckSpec valid() {
        String known = Inputs.required("kind", kind);
        String called = name == null ? known : name;
        Set<String> fields = Objects.requireNonNull(FIELDS.get(known));
        there().forEach((field, value) -> {
            if (!fields.contains(field)) {
                throw new Declination("check " + called + ": a " + known + " has no \"" + field + "\"; it has "
                        + fields.stream().sorted().collect(Collectors.joining(", ")));
            }
        });
        if (timeoutSeconds != null) {
            Inputs.range("timeoutSeconds", timeoutSeconds, 1, MOST_SECONDS.getOrDefault(known, 1));
        }
        switch (known) {
            case PROGRAM -> need(called, program, "program");
            case REVIEWER -> need(called, rubric, "rubric");
            case SCHEMA -> need(called, schema, "schema");
            case PATTERN -> need(called, pattern, "pattern");
            case THRESHOLD -> {
                need(called, pointer, "pointer");
                need(called, min == null ? max : min, "min or max");
                if (min != null && max != null && min > max) {
                    throw new Declination("check " + called + ": min is larger than max");
                }
            }
            default -> need(called, question, "question");
        }
        return named(called);
    }

    private static void need(String called, @Nullable Object value, String what) {
        if (value == null) {
            throw new Declination("check " + called + ": " + what + " is missing");
        }
    }

    private Map<String, Object> there() {
        Map<String, Object> there = new LinkedHashMap<>();
        put(there, "schema", schema);
        put(there, "pattern", pattern);
        put(there, "absent", absent);
        put(there, "pointer", pointer);
        put(there, "min", min);
        put(there, "max", max);
        put(there, "program", program);
        put(there, "args", args);
        put(there, "skills", skills);
        put(there, "rubric", rubric);
        put(there, "minScore", minScore);
        put(there, "question", question);
        put(there, "timeoutSeconds", timeoutSeconds);
        return there;
    }

    private static void put(Map<String, Object> there, String field, @Nullable Object value) {
        if (value != null) {
            there.put(field, value);
        }
    }

    private CheckSpec named(String called) {
        return new CheckSpec(
                called,
                kind,
                weight,
                schema,
                pattern,
                absent,
                pointer,
                min,
                max,
                program,
                args,
                skills,
                rubric,
                minScore,
                question,
                timeoutSeconds);
    }

    /** The name of a valid one. */
    String called() {
        return Objects.requireNonNull(name);
    }

    /** The kind of a valid one. */
    String isA() {
        return Objects.requireNonNull(kind);
    }

    double weighs() {
        return weight == null ? 1 : weight;
    }

    int seconds() {
        return timeoutSeconds == null ? DEFAULT_SECONDS.getOrDefault(isA(), 1) : timeoutSeconds;
    }

    /** Whether it can be judged at once. */
    boolean isQuick() {
        return !DEFAULT_SECONDS.containsKey(isA());
    }
}
