// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import io.skep.plugin.context.words.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds texts that are almost the same: pairs of neighbouring words of which both share four fifths (Jaccard), found by
 * MinHash (Broder 1997). Texts that differ in a number, a name or a negation are not almost the same, however long. For one
 * thread.
 */
final class Likeness {
    /** Shorter texts are said again for a reason. */
    static final int LEAST_WORDS = 5;

    private static final double LEAST_SHARED = 0.8;
    private static final int BANDS = 6;
    private static final int ROWS = 3;
    private static final int MOST_COMPARED = 8;
    private static final Set<String> NEGATIONS = Words.words(
            "no not never none nothing nobody neither nor without isn't aren't wasn't weren't don't doesn't didn't can't"
                    + " cannot couldn't won't wouldn't shouldn't haven't hasn't hadn't");

    /** A text's pairs of words, and one number for all that must be the same. */
    private record Print(long number, Set<Long> pairs, long strict) {}

    private final Map<Long, List<Print>> buckets = new HashMap<>();

    /**
     * The number of a text that was here before and is almost the same, or 0; then this one counts as not been here.
     *
     * @param number of this text
     * @param group only texts of one group are compared
     */
    long seen(long number, String group, String text) {
        List<String> words = Words.split(text);
        if (words.size() < LEAST_WORDS) {
            return 0;
        }
        Print print = print(number, group, words);
        long[] bands = bands(print);
        for (long band : bands) {
            for (Print other : buckets.getOrDefault(band, List.of())) {
                if (alike(print, other)) {
                    return other.number();
                }
            }
        }
        for (long band : bands) {
            List<Print> bucket = buckets.computeIfAbsent(band, none -> new ArrayList<>(1));
            if (bucket.size() < MOST_COMPARED) {
                bucket.add(print);
            }
        }
        return 0;
    }

    private static Print print(long number, String group, List<String> words) {
        Set<Long> pairs = new HashSet<>();
        long strict = group.hashCode();
        long before = 0;
        for (String word : words) {
            String lower = Words.lower(word);
            long hash = mixed(lower.hashCode());
            if (!lower.equals(word) || lower.chars().anyMatch(Character::isDigit) || NEGATIONS.contains(lower)) {
                strict = strict * 31 + hash;
            }
            pairs.add(mixed(before * 31 + hash));
            before = hash;
        }
        return new Print(number, pairs, strict);
    }

    private static boolean alike(Print one, Print other) {
        if (one.strict() != other.strict()) {
            return false;
        }
        Set<Long> smaller = one.pairs().size() < other.pairs().size() ? one.pairs() : other.pairs();
        Set<Long> larger = smaller == one.pairs() ? other.pairs() : one.pairs();
        long shared = smaller.stream().filter(larger::contains).count();
        return shared >= LEAST_SHARED * (one.pairs().size() + other.pairs().size() - shared);
    }

    private static long[] bands(Print print) {
        long[] bands = new long[BANDS];
        for (int band = 0; band < BANDS; band++) {
            long sum = mixed(print.strict() + band);
            for (int row = 0; row < ROWS; row++) {
                long salt = mixed(band * (long) ROWS + row + 1);
                long least = Long.MAX_VALUE;
                for (long pair : print.pairs()) {
                    least = Math.min(least, (pair ^ salt) * 0x9E3779B97F4A7C15L);
                }
                sum = mixed(sum * 31 + least);
            }
            bands[band] = sum;
        }
        return bands;
    }

    /** The finaliser of SplitMix64. */
    private static long mixed(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
