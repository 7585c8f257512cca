// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.pattern.Patterns;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks that can be judged at once, in bounded time. */
final class QuickChecks {
    /** Judges; never fails. */
    @FunctionalInterface
    interface Check {
        Outcome judge(Subject subject);
    }

    private QuickChecks() {}

    /**
     * The check that a valid specification means; empty for one that takes its time.
     *
     * @throws Declination that names the check and what is wrong with it
     */
    static Optional<Check> of(CheckSpec spec) {
        try {
            Check check = switch (spec.isA()) {
                case CheckSpec.SCHEMA -> Schemas.check(required(spec.schema()));
                case CheckSpec.PATTERN -> pattern(spec);
                case CheckSpec.THRESHOLD -> threshold(spec);
                default -> null;
            };
            return Optional.ofNullable(check).map(QuickChecks::bounded);
        } catch (Declination wrong) {
            throw new Declination("check " + spec.called() + ": " + wrong.getMessage());
        }
    }

    /**
     * A look at whether a check can be done, more thorough than is needed each time.
     *
     * @throws Declination that names the check and what is wrong with it
     */
    static void validate(CheckSpec spec) {
        of(spec);
        try {
            if (spec.schema() != null) {
                Schemas.validate(spec.schema());
            }
        } catch (Declination wrong) {
            throw new Declination("check " + spec.called() + ": " + wrong.getMessage());
        }
    }

    static Check bounded(Check check) {
        return subject -> {
            try {
                return check.judge(subject);
            } catch (Patterns.TooLong tooLong) {
                return Outcome.errored("it took longer than a check may take");
            } catch (StackOverflowError deep) {
                return Outcome.errored("the result and the check are too deep for each other");
            }
        };
    }

    private static <T> T required(@Nullable T value) {
        return Objects.requireNonNull(value);
    }

    private static Check pattern(CheckSpec spec) {
        Pattern pattern = Patterns.compile(required(spec.pattern()));
        JsonPointer pointer = spec.pointer() == null ? null : pointer(spec.pointer());
        boolean absent = Boolean.TRUE.equals(spec.absent());
        return subject -> {
            String text = pointer == null ? subject.text() : text(subject.json().at(pointer));
            if (text == null) {
                return Outcome.failed("there is nothing at " + spec.pointer());
            }
            boolean found = Patterns.found(pattern, text);
            return found != absent
                    ? Outcome.passed(found ? "found" : "not found")
                    : Outcome.failed(found ? "found what must not be there" : "not found");
        };
    }

    private static @Nullable String text(JsonNode node) {
        return node.isMissingNode() ? null : node.isTextual() ? node.textValue() : node.toString();
    }

    private static Check threshold(CheckSpec spec) {
        JsonPointer pointer = pointer(required(spec.pointer()));
        return subject -> {
            JsonNode node = subject.json().at(pointer);
            if (!node.isNumber()) {
                return Outcome.failed("there is no number at " + spec.pointer());
            }
            double value = node.doubleValue();
            boolean low = spec.min() != null && !(value >= spec.min());
            boolean high = spec.max() != null && !(value <= spec.max());
            return low || high
                    ? Outcome.failed(node + (low ? " is less than " + spec.min() : " is more than " + spec.max()))
                    : Outcome.passed(node.toString());
        };
    }

    private static JsonPointer pointer(String text) {
        try {
            return JsonPointer.compile(text);
        } catch (IllegalArgumentException wrong) {
            throw new Declination("a pointer begins with a slash, as /coverage does");
        }
    }
}
