// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.base;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks of what requests say; each throws a {@link Declination} that names the field and the limit. */
public final class Inputs {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    private Inputs() {}

    /** A whole number within limits, or nothing. */
    public static void range(String field, @Nullable Number value, long min, long max) {
        if (value != null && (value.longValue() < min || value.longValue() > max)) {
            throw new Declination("field \"" + field + "\" must be " + min + " to " + max + ", not " + value);
        }
    }

    /** A share within 0 and 1, or nothing. */
    public static void share(String field, @Nullable Double value) {
        if (value != null && !(value >= 0 && value <= 1)) {
            throw new Declination("field \"" + field + "\" must be 0 to 1, not " + value);
        }
    }

    /** Text that is not empty and not too long, or nothing. */
    public static void text(String field, @Nullable String value, int max) {
        if (value != null && (value.isEmpty() || value.length() > max)) {
            throw new Declination(
                    "field \"" + field + "\" must have 1 to " + max + " characters, not " + value.length());
        }
    }

    /** A name as keys and file names may have it. */
    public static void name(String field, @Nullable String value) {
        if (value != null && !value.matches(NAME)) {
            throw new Declination("field \"" + field
                    + "\" must be letters, digits, dot, underscore and hyphen, at most 64, and begin with a letter or"
                    + " digit");
        }
    }

    /** One of some words, or nothing. */
    public static void oneOf(String field, @Nullable String value, List<String> words) {
        if (value != null && !words.contains(value)) {
            throw new Declination("field \"" + field + "\" must be one of " + String.join(", ", words));
        }
    }

    /** What must be there. */
    public static <T> T required(String field, @Nullable T value) {
        if (value == null) {
            throw new Declination("field \"" + field + "\" is missing");
        }
        return value;
    }

    /** A list that is not too long, of texts that are not empty and not too long; nothing is an empty one. */
    public static List<String> texts(String field, @Nullable List<String> values, int most, int max) {
        List<String> all = entries(field, values, most, "must be text");
        for (int i = 0; i < all.size(); i++) {
            text(field + '[' + i + ']', all.get(i), max);
        }
        return all;
    }

    /** A list that is not too long and has no gap; nothing is an empty one. */
    public static <T> List<T> list(String field, @Nullable List<T> values, int most) {
        return entries(field, values, most, "must not be null");
    }

    private static <T> List<T> entries(String field, @Nullable List<T> values, int most, String gap) {
        if (values == null) {
            return List.of();
        }
        if (values.size() > most) {
            throw new Declination(
                    "field \"" + field + "\" must have at most " + most + " entries, not " + values.size());
        }
        for (int i = 0; i < values.size(); i++) {
            if (Objects.isNull(values.get(i))) {
                throw new Declination("field \"" + field + '[' + i + "]\" " + gap);
            }
        }
        return List.copyOf(values);
    }
}
