// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.plugin.base.Declination;
import java.util.List;

/**
 * A flag that a command knows. Immutable.
 *
 * @param name without hyphens
 * @param takesValue whether a value follows; else it is there or not
 * @param values the only values that it takes; empty for any
 * @param required whether it must be there
 */
record Flag(String name, boolean takesValue, List<String> values, boolean required) {
    private static final String NAME = "[a-z][a-z0-9-]{0,31}";

    Flag {
        if (!name.matches(NAME)) {
            throw new Declination("flag " + Shown.of(name) + " is not a lower-case word of at most 32 letters");
        }
        values = List.copyOf(values);
    }

    /**
     * The flag that a text describes: {@code name}, {@code name=} for one that takes any value, {@code name=a|b|c} for one
     * that takes one of these; a {@code !} at the end says that it is required.
     */
    static Flag parse(String text) {
        boolean required = text.endsWith("!");
        String described = required ? text.substring(0, text.length() - 1) : text;
        int equals = described.indexOf('=');
        if (equals < 0) {
            return new Flag(described, false, List.of(), required);
        }
        String values = described.substring(equals + 1);
        return new Flag(
                described.substring(0, equals),
                true,
                values.isEmpty() ? List.of() : List.of(values.split("\\|", -1)),
                required);
    }

    Flag asRequired() {
        return new Flag(name, takesValue, values, true);
    }

    void check(String value) {
        if (!values.isEmpty() && !values.contains(value)) {
            throw new Declination(
                    "flag --" + name + " must be one of " + String.join(", ", values) + ", not " + Shown.of(value));
        }
    }

    /** As {@link #parse} reads it. */
    String described() {
        return name + (takesValue ? "=" + String.join("|", values) : "") + (required ? "!" : "");
    }
}
