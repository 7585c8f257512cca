// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The properties of a configuration, read strictly: what does not parse is refused, never replaced by a default. */
final class Values {
    private final Map<String, Object> properties;

    Values(Map<String, ?> properties) {
        this.properties = new TreeMap<>(properties);
    }

    /** The names of all properties, in order. */
    Set<String> names() {
        return properties.keySet();
    }

    /** The trimmed text of a property; empty if it is not there. */
    Optional<String> text(String name) {
        return Optional.ofNullable(properties.get(name)).map(Values::toText).map(String::trim);
    }

    /** The trimmed text of a property. */
    String text(String name, String absent, int maxLength) throws BadSetting {
        String value = text(name).orElse(absent);
        if (value.length() > maxLength) {
            throw new BadSetting(name, value.substring(0, 32) + "...", "longer than " + maxLength + " characters");
        }
        return value;
    }

    /** A whole number within bounds, both included. */
    long number(String name, long absent, long min, long max) throws BadSetting {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            return absent;
        }
        try {
            long number = Long.parseLong(value.get());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new BadSetting(name, value.get(), "not a whole number");
        }
        throw new BadSetting(name, value.get(), "not within " + min + " and " + max);
    }

    /** The entries of a list that are not blank, trimmed. */
    List<String> list(String name, String separator, String absent) {
        return Arrays.stream(text(name).orElse(absent).split(java.util.regex.Pattern.quote(separator)))
                .map(String::trim)
                .filter(entry -> !entry.isEmpty())
                .collect(Collectors.toUnmodifiableList());
    }

    /** The properties whose name starts with {@code prefix}, by the rest of the name; not trimmed. */
    Map<String, String> under(String prefix) {
        Map<String, String> found = new TreeMap<>();
        properties.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), toText(value));
            }
        });
        return found;
    }

    private static String toText(Object value) {
        if (value instanceof Object[] array) {
            return Arrays.stream(array).map(String::valueOf).collect(Collectors.joining(","));
        }
        if (value instanceof Collection<?> many) {
            return many.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
        return value.toString();
    }
}
