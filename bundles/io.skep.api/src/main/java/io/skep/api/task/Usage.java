// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

/**
 * What work has used up, as its agents say. Immutable.
 *
 * @param tokens of language models, in and out, at least 0
 * @param costMicros money in millionths of whatever currency the operator counts in, at least 0
 */
public record Usage(long tokens, long costMicros) {
    /** Nothing. */
    public static final Usage NONE = new Usage(0, 0);

    public Usage {
        if (tokens < 0 || costMicros < 0) {
            throw new IllegalArgumentException("less than nothing was used");
        }
    }

    /** Both together; a sum beyond the largest number is that number. */
    public Usage plus(Usage other) {
        return new Usage(sum(tokens, other.tokens), sum(costMicros, other.costMicros));
    }

    /** What this one has more than {@code before}, each value at least 0. */
    public Usage since(Usage before) {
        return new Usage(Math.max(0, tokens - before.tokens), Math.max(0, costMicros - before.costMicros));
    }

    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
