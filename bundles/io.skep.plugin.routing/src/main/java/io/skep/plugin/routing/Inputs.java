// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks of what requests say; each throws a {@link Declination} that names the field and the limit. */
final class Inputs {
    private Inputs() {}

    static void range(String field, @Nullable Long value, long min, long max) {
        if (value != null && (value < min || value > max)) {
            throw new Declination("field \"" + field + "\" must be " + min + " to " + max + ", not " + value);
        }
    }

    static void text(String field, @Nullable String value, int max) {
        if (value != null && (value.isEmpty() || value.length() > max)) {
            throw new Declination(
                    "field \"" + field + "\" must have 1 to " + max + " characters, not " + value.length());
        }
    }

    static List<String> texts(String field, @Nullable List<String> values, int most, int max) {
        if (values == null) {
            return List.of();
        }
        if (values.size() > most) {
            throw new Declination(
                    "field \"" + field + "\" must have at most " + most + " entries, not " + values.size());
        }
        for (int i = 0; i < values.size(); i++) {
            String name = field + '[' + i + ']';
            if (Objects.isNull(values.get(i))) {
                throw new Declination("field \"" + name + "\" must be text");
            }
            text(name, values.get(i), max);
        }
        return List.copyOf(values);
    }
}
