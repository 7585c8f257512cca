// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.base.Declination;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What must hold for a step to begin: one comparison, or several that must {@code all} or of which {@code any} must hold.
 *
 * @param step whose result is looked at; what the run was given if absent
 * @param pointer to the value, the whole if absent
 * @param equal the value is that
 * @param notEqual the value is another, or not there
 * @param exists whether there is a value
 * @param atLeast the value is a number, and not less
 * @param atMost the value is a number, and not more
 */
public record Condition(
        @Nullable String step,
        @Nullable String pointer,
        @JsonProperty("equals") @Nullable JsonNode equal,
        @JsonProperty("notEquals") @Nullable JsonNode notEqual,
        @Nullable Boolean exists,
        @Nullable Double atLeast,
        @Nullable Double atMost,
        @Nullable List<Condition> all,
        @Nullable List<Condition> any) {
    private static final int MAX_LEVELS = 3;
    private static final int MAX_PARTS = 16;

    /**
     * Looks at it.
     *
     * @throws Declination that says what is wrong
     */
    void check() {
        check(1);
    }

    private void check(int level) {
        List<Condition> parts = parts();
        long tests = Stream.of(equal, notEqual, exists, atLeast == null ? atMost : atLeast)
                        .filter(Objects::nonNull)
                        .count()
                + (all == null ? 0 : 1)
                + (any == null ? 0 : 1);
        if (tests != 1) {
            throw new Declination(
                    "field \"when\" must have one of equals, notEquals, exists, atLeast and atMost, all, any");
        } else if ((all != null || any != null) && (step != null || pointer != null)) {
            throw new Declination("in field \"when\", step and pointer do not go with all and any");
        } else if ((all != null || any != null) && (parts.isEmpty() || parts.size() > MAX_PARTS)) {
            throw new Declination("in field \"when\", all and any have 1 to " + MAX_PARTS + " entries");
        } else if (level > MAX_LEVELS) {
            throw new Declination("field \"when\" has more than " + MAX_LEVELS + " levels");
        } else if (parts.stream().anyMatch(Objects::isNull)) {
            throw new Declination("in field \"when\", an entry of all or any must not be null");
        }
        pointer("when.pointer", pointer == null ? "" : pointer);
        parts.forEach(part -> part.check(level + 1));
    }

    private List<Condition> parts() {
        return Objects.requireNonNullElse(all == null ? any : all, List.of());
    }

    static JsonPointer pointer(String field, String text) {
        try {
            return JsonPointer.compile(text);
        } catch (IllegalArgumentException wrong) {
            throw new Declination("field \"" + field + "\" must be a pointer that begins with a slash, as /ok does");
        }
    }

    /** The steps whose results it looks at. */
    Set<String> steps() {
        Set<String> steps = new HashSet<>();
        if (step != null) {
            steps.add(step);
        }
        parts().forEach(part -> steps.addAll(part.steps()));
        return steps;
    }

    /** Whether it holds. */
    boolean holds(Values values) {
        if (all != null) {
            return all.stream().allMatch(part -> part.holds(values));
        } else if (any != null) {
            return any.stream().anyMatch(part -> part.holds(values));
        }
        JsonNode whole = step == null ? values.input() : values.result(step);
        JsonNode value = whole.at(pointer("when.pointer", pointer == null ? "" : pointer));
        if (exists != null) {
            return exists != value.isMissingNode();
        } else if (equal != null) {
            return same(value, equal);
        } else if (notEqual != null) {
            return !same(value, notEqual);
        }
        return value.isNumber()
                && (atLeast == null || value.doubleValue() >= atLeast)
                && (atMost == null || value.doubleValue() <= atMost);
    }

    private static boolean same(JsonNode value, JsonNode wanted) {
        boolean numbers = value.isNumber() && wanted.isNumber();
        return numbers ? value.decimalValue().compareTo(wanted.decimalValue()) == 0 : value.equals(wanted);
    }
}
