// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The figures of all rounds. For one thread. */
final class Samples {
    private final Map<String, List<Double>> samples = new TreeMap<>();

    void add(Map<String, Double> figures) {
        figures.forEach((name, value) ->
                samples.computeIfAbsent(name, n -> new ArrayList<>()).add(value));
    }

    boolean has(String name) {
        return samples.containsKey(name);
    }

    /** The middle one; of an even number, the lower of the two in the middle. */
    double median(String name) {
        List<Double> sorted = sorted(name);
        return sorted.get((sorted.size() - 1) / 2);
    }

    double least(String name) {
        return sorted(name).get(0);
    }

    double most(String name) {
        List<Double> sorted = sorted(name);
        return sorted.get(sorted.size() - 1);
    }

    private List<Double> sorted(String name) {
        List<Double> values = samples.get(name);
        if (values == null) {
            throw new IllegalArgumentException("no " + name + " in " + samples.keySet());
        }
        return values.stream().sorted().toList();
    }
}
