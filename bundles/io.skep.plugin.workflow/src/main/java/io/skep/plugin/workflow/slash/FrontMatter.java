// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.plugin.base.Declination;
import io.skep.plugin.base.yaml.Yaml;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The values at the head of a Markdown file. Plain YAML only: names with words, numbers and lists of words; aliases,
 * anchors and tags are refused before anything is built from them. Not thread-safe.
 */
final class FrontMatter {
    private static final int MAX_EVENTS = 500;
    private static final int MAX_DEPTH = 2;
    private static final int MAX_ENTRIES = 64;

    private final Map<String, Object> values;

    private FrontMatter(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * Reads YAML.
     *
     * @param most characters
     * @throws Declination in a sentence that says what is wrong
     */
    static FrontMatter read(String yaml, int most) {
        return of(Yaml.read(yaml, new Yaml.Limits("the front matter", most, MAX_EVENTS, MAX_DEPTH)));
    }

    private static FrontMatter of(@Nullable Object loaded) {
        if (loaded == null) {
            return new FrontMatter(Map.of());
        } else if (!(loaded instanceof Map<?, ?> map)) {
            throw new Declination("the front matter must be names with values");
        } else {
            Map<String, Object> values = new TreeMap<>();
            map.forEach((name, value) -> {
                if (value != null) {
                    values.put(String.valueOf(name), value);
                }
            });
            return new FrontMatter(values);
        }
    }

    /** Nothing but these names may be there. */
    void allow(Set<String> names) {
        for (String name : values.keySet()) {
            if (!names.contains(name)) {
                List<String> near = Distance.nearest(name, names);
                throw new Declination("there is no " + Shown.of(name) + " in front matter"
                        + (near.isEmpty() ? "" : "; perhaps " + near.get(0)));
            }
        }
    }

    Optional<String> text(String name, int most) {
        Object value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Map || value instanceof List) {
            throw new Declination(name + " must be text");
        }
        String text = value.toString();
        if (text.isEmpty() || text.length() > most) {
            throw new Declination(name + " must have 1 to " + most + " characters");
        }
        return Optional.of(text);
    }

    Optional<Integer> number(String name, int min, int max) {
        Object value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof Integer number) || number < min || number > max) {
            throw new Declination(name + " must be a whole number from " + min + " to " + max);
        }
        return Optional.of(number);
    }

    /** A list of words, or one text with commas in between; empty if there is none. */
    List<String> words(String name, int most) {
        Object value = values.get(name);
        List<String> words = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object entry : list) {
                if (!(entry instanceof String) && !(entry instanceof Number)) {
                    throw new Declination(name + " must be a list of words");
                }
                words.add(entry.toString());
            }
        } else if (value instanceof Map) {
            throw new Declination(name + " must be a list of words");
        } else if (value != null) {
            Arrays.stream(value.toString().split(",", -1))
                    .map(String::strip)
                    .filter(word -> !word.isEmpty())
                    .forEach(words::add);
        }
        if (words.size() > MAX_ENTRIES) {
            throw new Declination(name + " must have at most " + MAX_ENTRIES + " entries");
        }
        for (String word : words) {
            if (word.isEmpty() || word.length() > most) {
                throw new Declination("each of " + name + " must have 1 to " + most + " characters");
            }
        }
        return List.copyOf(words);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }
}
