// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the command line of a benchmark says. Immutable.
 *
 * @param bench its name
 * @param json the file for the results, or null
 * @param home the directory that it may use and clear
 * @param keep the directory of the results of all runs
 * @param options options of its own, such as {@code rounds}, without the two hyphens
 */
public record Settings(String bench, @Nullable Path json, Path home, Path keep, Map<String, String> options) {
    private static final Set<String> OWN = Set.of(
            "rounds", "seconds", "minutes", "seed", "data", "store", "starts", "kills", "swaps", "agents", "only",
            "model", "history", "live", "rate");
    private static final Set<String> FLAGS = Set.of("quick", "soak");

    public Settings {
        options = Map.copyOf(options);
    }

    /**
     * Reads {@code NAME [--json FILE] [--home DIR] [--keep DIR] [--rounds N] [--seconds N] [--minutes N] [--quick] [--soak] [--seed N]
     * [--starts N] [--kills N] [--swaps N] [--agents N] [--only NAME] [--history N] [--live N] [--store NAME] [--data DIR]
     * [--model NAME] [--rate N]}.
     *
     * @param base the directory that {@code .skep} is in
     * @param here where the user is
     * @throws IllegalArgumentException with one sentence
     */
    public static Settings parse(List<String> words, Path base, Path here) {
        Deque<String> rest = new ArrayDeque<>(words);
        String bench = Optional.ofNullable(rest.pollFirst()).orElse("");
        Path json = null;
        Path home = base.resolve(".skep").resolve("bench").resolve(bench.isEmpty() ? "none" : bench);
        Path keep = base.resolve(".skep").resolve("bench-results");
        Map<String, String> options = new TreeMap<>();
        while (!rest.isEmpty()) {
            String word = rest.removeFirst();
            if (word.startsWith("--") && FLAGS.contains(word.substring(2))) {
                options.put(word.substring(2), "");
                continue;
            }
            String value = Optional.ofNullable(rest.pollFirst())
                    .orElseThrow(() -> new IllegalArgumentException(word + " is unknown or needs a value"));
            String name = word.startsWith("--") ? word.substring(2) : word;
            if (word.equals("--json")) {
                json = here.resolve(value);
            } else if (word.equals("--home")) {
                home = here.resolve(value);
            } else if (word.equals("--keep")) {
                keep = here.resolve(value);
            } else if (word.startsWith("--") && OWN.contains(name)) {
                options.put(name, value);
            } else {
                throw new IllegalArgumentException("unknown: " + word);
            }
        }
        return new Settings(bench, json, home.normalize(), keep.normalize(), options);
    }

    /** Whether a flag such as {@code quick} was given. */
    public boolean has(String flag) {
        return options.containsKey(flag);
    }

    /**
     * A whole number from 1 on.
     *
     * @throws IllegalArgumentException if it is none
     */
    public int count(String name, int absent) {
        String value = options.getOrDefault(name, Integer.toString(absent));
        if (!value.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException("--" + name + " must be a number from 1 on, not " + value);
        }
        return Integer.parseInt(value);
    }
}
