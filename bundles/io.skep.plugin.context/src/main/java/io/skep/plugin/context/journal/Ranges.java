// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** A sequence of numbers, kept as runs of successive ones. Immutable, and so thread-safe. */
public final class Ranges {
    /** None. */
    public static final Ranges EMPTY = new Ranges(new int[0], 0);

    /** First and last of each run, one after the other. */
    private final int[] runs;
    /** How many numbers come before each run, and at the end how many there are. */
    private final int[] before;

    private Ranges(int[] pairs, int length) {
        runs = Arrays.copyOf(pairs, length);
        before = new int[length / 2 + 1];
        for (int i = 0; i < length / 2; i++) {
            before[i + 1] = before[i] + runs[2 * i + 1] - runs[2 * i] + 1;
        }
    }

    /**
     * From what {@link #pairs} has answered.
     *
     * @throws IllegalArgumentException if it is nothing like that
     */
    public static Ranges of(int[] pairs) {
        if (pairs.length % 2 != 0) {
            throw new IllegalArgumentException("a run has no end");
        }
        long all = 0;
        for (int i = 0; i < pairs.length; i += 2) {
            all += (long) pairs[i + 1] - pairs[i] + 1;
            if (pairs[i] < 1 || pairs[i + 1] < pairs[i] || all > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("no run: " + pairs[i] + " to " + pairs[i + 1]);
            }
        }
        return new Ranges(pairs, pairs.length);
    }

    /** How many numbers. */
    public int size() {
        return before[before.length - 1];
    }

    /** The number at a place, from 0. */
    public int get(int place) {
        if (place < 0 || place >= size()) {
            throw new IndexOutOfBoundsException("no place " + place + " among " + size());
        }
        int found = Arrays.binarySearch(before, place);
        int run = found >= 0 ? found : -found - 2;
        return runs[2 * run] + place - before[run];
    }

    /** First and last of each run, one after the other. */
    public int[] pairs() {
        return runs.clone();
    }

    /** All of them, in order. */
    public int[] all() {
        int[] all = new int[size()];
        int next = 0;
        for (int i = 0; i < runs.length; i += 2) {
            for (int number = runs[i]; number <= runs[i + 1]; number++) {
                all[next++] = number;
            }
        }
        return all;
    }

    /** Those for which something is so. */
    public Ranges filter(IntPredicate kept) {
        Builder builder = new Builder();
        for (int number : all()) {
            if (kept.test(number)) {
                builder.add(number);
            }
        }
        return builder.build();
    }

    /** Adds numbers to the end of a sequence. Not thread-safe. */
    public static final class Builder {
        private int[] pairs = new int[8];
        private int length;

        /** An empty one. */
        public Builder() {}

        /** One that goes on with a sequence. */
        public Builder(Ranges begun) {
            pairs = Arrays.copyOf(begun.runs, Math.max(8, begun.runs.length));
            length = begun.runs.length;
        }

        /** Adds one. */
        public void add(int number) {
            if (length > 0 && pairs[length - 1] == number - 1) {
                pairs[length - 1] = number;
                return;
            }
            if (length == pairs.length) {
                pairs = Arrays.copyOf(pairs, length * 2);
            }
            pairs[length++] = number;
            pairs[length++] = number;
        }

        /** What there is by now. */
        public Ranges build() {
            return length == 0 ? EMPTY : new Ranges(pairs, length);
        }
    }
}
