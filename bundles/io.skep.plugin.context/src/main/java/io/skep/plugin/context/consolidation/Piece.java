// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

/**
 * What is kept or dropped as a whole: an item, a tool call with its results, or a sentence.
 *
 * @param terms what it tells, as numbers of a vocabulary
 * @param worths of the terms, in the same order
 * @param bonus a factor of all of them
 * @param tokens what it takes
 */
record Piece(int[] terms, float[] worths, double bonus, long tokens) {
    /** Of what was counted, when it is known what each term of the vocabulary is worth. */
    static Piece of(Vocabulary.Counted counted, float[] worths, double bonus, long tokens) {
        float[] worth = new float[counted.terms().length];
        for (int i = 0; i < worth.length; i++) {
            worth[i] = worths[counted.terms()[i]] * counted.factors()[i];
        }
        return new Piece(counted.terms(), worth, bonus, tokens);
    }
}
