// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import java.util.List;

/**
 * What a benchmark found. Immutable.
 *
 * @param durability what was durable when it was acknowledged, in words
 * @param results the figures, in the order in which they are shown
 * @param violations what must not be and was, one sentence each; with any of them the benchmark has failed
 */
public record Findings(String durability, List<Result> results, List<String> violations) {
    public Findings {
        results = List.copyOf(results);
        violations = List.copyOf(violations);
    }
}
