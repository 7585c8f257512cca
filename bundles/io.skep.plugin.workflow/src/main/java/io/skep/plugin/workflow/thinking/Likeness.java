// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import java.util.List;
import java.util.Set;

/**
 * How alike texts are, 0 to 1: the cosine of their vectors, or, where there is no encoder, the share of their words that
 * they have in common (Jaccard). Two that are at least {@link #same} say the same thing. Immutable.
 */
final class Likeness {
    private static final double SAME_MEANING = 0.72;
    private static final double SAME_WORDS = 0.45;

    private final String encoder;
    private final double same;
    private final double[][] pairs;

    private interface Pair {
        double alike(int a, int b);
    }

    private Likeness(String encoder, double same, int size, Pair pair) {
        this.encoder = encoder;
        this.same = same;
        this.pairs = new double[size][size];
        for (int a = 0; a < size; a++) {
            for (int b = a; b < size; b++) {
                pairs[a][b] = pair.alike(a, b);
                pairs[b][a] = pairs[a][b];
            }
        }
    }

    /** Of every text to every other one. May take a while. */
    static Likeness of(List<String> texts, Encoder encoder) {
        Encoder.Vectors vectors = encoder.vectors(texts);
        if (vectors != null) {
            return new Likeness(vectors.model(), SAME_MEANING, texts.size(), vectors::cosine);
        }
        List<Set<String>> terms = texts.stream().map(Terms::of).toList();
        return new Likeness(Encoder.LEXICAL, SAME_WORDS, texts.size(), (a, b) -> jaccard(terms.get(a), terms.get(b)));
    }

    private static double jaccard(Set<String> a, Set<String> b) {
        long both = a.stream().filter(b::contains).count();
        return both == 0 ? 0 : (double) both / (a.size() + b.size() - both);
    }

    /** The model that it was computed with, or {@code lexical}. */
    String encoder() {
        return encoder;
    }

    /** From which on two say the same. */
    double same() {
        return same;
    }

    double of(int a, int b) {
        return pairs[a][b];
    }
}
