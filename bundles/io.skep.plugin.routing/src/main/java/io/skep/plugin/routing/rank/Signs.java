// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The signs of vectors by slot, one vector after the other: how many differ estimates the angle (Charikar, STOC 2002), at a
 * thirty-second of the memory. One bit a dimension, of more than {@value #MOST} dimensions as many evenly spread ones: what
 * is found is looked at exactly afterwards, and twice the bits are twice the time. Not thread-safe.
 */
final class Signs {
    /** The words of the model that is shipped. */
    private static final int SIX = 6;

    private static final int MOST = SIX * 64;

    private final int dimensions;
    private final int bits;
    private final int words;
    private long[] codes = new long[0];

    Signs(int dimensions) {
        this.dimensions = dimensions;
        this.bits = Math.min(dimensions, MOST);
        this.words = (bits + 63) / 64;
    }

    void grow(int slots) {
        codes = Arrays.copyOf(codes, slots * words);
    }

    void put(int slot, float[] vector) {
        encode(vector, codes, slot * words);
    }

    /**
     * The slots with the fewest signs that differ, of those below {@code end} that are open. One pass: what is no closer than
     * the worst of those that are kept is passed over, so that of many the most cost a comparison and nothing else. Of equals
     * the first are kept.
     */
    int[] closest(float[] query, int most, int end, boolean[] present, @Nullable BitSet among) {
        long[] code = new long[words];
        encode(query, code, 0);
        int[] slots = new int[2 * most];
        int[] distances = new int[2 * most];
        int size = 0;
        int limit = bits + 1;
        for (int slot = 0; slot < end; slot++) {
            int distance = words == SIX ? ofSix(codes, slot * SIX, code) : of(codes, slot * words, code);
            if (distance < limit && present[slot] && (among == null || among.get(slot))) {
                slots[size] = slot;
                distances[size++] = distance;
                if (size == slots.length) {
                    limit = keep(slots, distances, size, most);
                    size = most;
                }
            }
        }
        if (size > most) {
            keep(slots, distances, size, most);
            size = most;
        }
        return Arrays.copyOf(slots, size);
    }

    /** Moves the closest to the front, as many as are to be kept; returns the distance of the worst of them. */
    private int keep(int[] slots, int[] distances, int size, int most) {
        int[] counts = new int[bits + 1];
        for (int i = 0; i < size; i++) {
            counts[distances[i]]++;
        }
        int limit = 0;
        int closer = 0;
        while (closer + counts[limit] < most) {
            closer += counts[limit++];
        }
        int equals = most - closer;
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (distances[i] < limit || (distances[i] == limit && equals-- > 0)) {
                slots[kept] = slots[i];
                distances[kept++] = distances[i];
            }
        }
        return limit;
    }

    private static int ofSix(long[] codes, int at, long[] code) {
        return Long.bitCount(codes[at] ^ code[0])
                + Long.bitCount(codes[at + 1] ^ code[1])
                + Long.bitCount(codes[at + 2] ^ code[2])
                + Long.bitCount(codes[at + 3] ^ code[3])
                + Long.bitCount(codes[at + 4] ^ code[4])
                + Long.bitCount(codes[at + 5] ^ code[5]);
    }

    private static int of(long[] codes, int at, long[] code) {
        int distance = 0;
        for (int w = 0; w < code.length; w++) {
            distance += Long.bitCount(codes[at + w] ^ code[w]);
        }
        return distance;
    }

    private void encode(float[] vector, long[] into, int at) {
        Arrays.fill(into, at, at + words, 0);
        for (int bit = 0; bit < bits; bit++) {
            if (vector[bit * dimensions / bits] > 0) {
                into[at + bit / 64] |= 1L << bit;
            }
        }
    }
}
