// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import io.skep.api.plugin.Operation;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Inputs that an operation must not take, made from its examples and its input type. */
final class WrongInputs {
    private static final List<String> MALFORMED = List.of("", "{", "nope", "[]", "7", "\"text\"", "null", "{} x");

    private WrongInputs() {}

    /** What is no JSON object at all. */
    static List<String> malformed() {
        return MALFORMED;
    }

    /** Each example with a field more. */
    static List<String> unknownField(Operation operation) {
        return operation.examples().stream()
                .map(example -> with(example, "no_such_field", "1"))
                .toList();
    }

    /** The first example with each of its fields of another type; fields that may be of several types are left out. */
    static List<String> wrongType(Operation operation) {
        List<String> inputs = new ArrayList<>();
        for (RecordComponent component : operation.input().getRecordComponents()) {
            String wrong = wrong(component.getType());
            if (wrong != null) {
                inputs.add(with(operation.examples().get(0), component.getName(), wrong));
            }
        }
        return inputs;
    }

    /** A field that is there already is there twice then: the last one is taken, or two are too many. */
    private static String with(String example, String field, String value) {
        String fields = example.strip();
        fields = fields.substring(1, fields.length() - 1).strip();
        return "{" + fields + (fields.isEmpty() ? "" : ",") + "\"" + field + "\":" + value + "}";
    }

    private static @Nullable String wrong(Class<?> type) {
        if (type == String.class) {
            return "{\"a\":1}";
        } else if (type.isPrimitive() || Number.class.isAssignableFrom(type) || type == Boolean.class) {
            return "{\"a\":1}";
        } else if (type.isEnum()) {
            return "\"no such value\"";
        } else if (type.isRecord() || type.isArray()) {
            return "7";
        } else if (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)) {
            return "7";
        }
        return null;
    }
}
