// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Vectors by slot. Up to {@value #EXACT} slots they are kept dimension by dimension, in blocks, so that one pass of
 * additions gives the products with all of them (the compiler makes SIMD of that, not of a sum over one vector). Beyond
 * that a vector is its signs, one bit a dimension, and a byte a dimension: the nearest by signs are looked at by bytes
 * (Charikar, STOC 2002: the Hamming distance of sign codes estimates the angle). Not thread-safe.
 */
final class Vectors {
    static final int EXACT = 4096;
    private static final int LANES = 128;

    private final int dimensions;
    private final int words;
    private byte[] bytes = new byte[0];
    private float[] scales = new float[0];
    private long[] codes = new long[0];
    private boolean[] present = new boolean[0];
    private float[][] blocks = new float[0][];
    private int capacity;
    private boolean exact = true;

    Vectors(int dimensions) {
        this.dimensions = dimensions;
        this.words = (dimensions + 63) / 64;
    }

    int dimensions() {
        return dimensions;
    }

    /** One more than the highest slot ever used. */
    int capacity() {
        return capacity;
    }

    boolean has(int slot) {
        return slot < capacity && present[slot];
    }

    void put(int slot, float[] vector) {
        grow(slot + 1);
        present[slot] = true;
        float most = 1e-9f;
        for (float value : vector) {
            most = Math.max(most, Math.abs(value));
        }
        scales[slot] = most / Byte.MAX_VALUE;
        for (int d = 0; d < dimensions; d++) {
            bytes[slot * dimensions + d] = (byte) Math.round(vector[d] / scales[slot]);
        }
        encode(vector, codes, slot * words);
        if (exact) {
            writeLane(slot, vector);
        }
    }

    /** Forgets a slot; its products are 0 from now on. */
    void remove(int slot) {
        if (has(slot)) {
            put(slot, new float[dimensions]);
            present[slot] = false;
        }
    }

    /** The product with one vector. */
    float dot(int slot, float[] query) {
        if (!has(slot)) {
            return 0;
        }
        float a = 0;
        float b = 0;
        int at = slot * dimensions;
        for (int d = 0; d + 1 < dimensions; d += 2) {
            a += bytes[at + d] * query[d];
            b += bytes[at + d + 1] * query[d + 1];
        }
        if ((dimensions & 1) == 1) {
            a += bytes[at + dimensions - 1] * query[dimensions - 1];
        }
        return (a + b) * scales[slot];
    }

    /** The vector of a slot, to within a hundredth of its largest value. */
    float[] get(int slot) {
        float[] vector = new float[dimensions];
        for (int d = 0; d < dimensions; d++) {
            vector[d] = bytes[slot * dimensions + d] * scales[slot];
        }
        return vector;
    }

    /** Whether {@link #dots} is possible. */
    boolean isExact() {
        return exact;
    }

    /** The products with every slot; for few slots only. */
    float[] dots(float[] query) {
        float[] sums = new float[blocks.length * LANES];
        float[] lane = new float[LANES];
        for (int block = 0; block < blocks.length; block++) {
            float[] values = blocks[block];
            Arrays.fill(lane, 0);
            for (int d = 0; d < dimensions; d++) {
                addScaled(lane, values, d * LANES, query[d]);
            }
            System.arraycopy(lane, 0, sums, block * LANES, LANES);
        }
        return sums;
    }

    /** The best slots by product with the query, best first: exact while that is cheap, else by signs and then bytes. */
    int[] nearest(float[] query, int most, int rerank, @Nullable BitSet among) {
        if (most <= 0 || capacity == 0) {
            return new int[0];
        }
        int[] slots = exact ? all(among) : closest(query, Math.max(most, rerank), among);
        float[] products = exact ? dots(query) : null;
        float[] scores = new float[slots.length];
        for (int i = 0; i < slots.length; i++) {
            scores[i] = products != null ? products[slots[i]] : dot(slots[i], query);
        }
        return Top.of(slots, scores, most);
    }

    private int[] all(@Nullable BitSet among) {
        int[] slots = new int[capacity];
        int size = 0;
        for (int slot = 0; slot < capacity; slot++) {
            if (present[slot] && (among == null || among.get(slot))) {
                slots[size++] = slot;
            }
        }
        return Arrays.copyOf(slots, size);
    }

    /** The slots with the fewest signs that differ. */
    private int[] closest(float[] query, int most, @Nullable BitSet among) {
        long[] code = new long[words];
        encode(query, code, 0);
        short[] distances = new short[capacity];
        int[] histogram = new int[dimensions + 2];
        for (int slot = 0; slot < capacity; slot++) {
            int distance = 0;
            for (int w = 0; w < words; w++) {
                distance += Long.bitCount(codes[slot * words + w] ^ code[w]);
            }
            boolean open = present[slot] && (among == null || among.get(slot));
            distances[slot] = (short) (open ? distance : dimensions + 1);
            histogram[distances[slot]]++;
        }
        int limit = 0;
        for (int seen = histogram[0]; seen < most && limit < dimensions; seen += histogram[limit]) {
            limit++;
        }
        // Ties at the limit may be many (identical agents): those below it come first, ties fill what is left.
        int[] slots = new int[most];
        int size = 0;
        for (int below = 1; below >= 0; below--) {
            for (int slot = 0; slot < capacity && size < most; slot++) {
                if (below == 1 ? distances[slot] < limit : distances[slot] == limit) {
                    slots[size++] = slot;
                }
            }
        }
        return Arrays.copyOf(slots, size);
    }

    private void encode(float[] vector, long[] into, int at) {
        Arrays.fill(into, at, at + words, 0);
        for (int d = 0; d < dimensions; d++) {
            if (vector[d] > 0) {
                into[at + d / 64] |= 1L << d;
            }
        }
    }

    private void grow(int slots) {
        capacity = Math.max(capacity, slots);
        if (slots > present.length) {
            int room = Math.max(LANES, Math.max(slots, present.length + present.length / 2));
            bytes = Arrays.copyOf(bytes, room * dimensions);
            scales = Arrays.copyOf(scales, room);
            codes = Arrays.copyOf(codes, room * words);
            present = Arrays.copyOf(present, room);
        }
        if (exact && slots > EXACT) {
            exact = false;
            blocks = new float[0][];
        }
        while (exact && blocks.length * LANES < slots) {
            blocks = Arrays.copyOf(blocks, blocks.length + 1);
            blocks[blocks.length - 1] = new float[dimensions * LANES];
        }
    }

    private void writeLane(int slot, float[] vector) {
        float[] block = blocks[slot / LANES];
        for (int d = 0; d < dimensions; d++) {
            block[d * LANES + slot % LANES] = vector[d];
        }
    }

    private static void addScaled(float[] sums, float[] values, int at, float factor) {
        for (int i = 0; i < LANES; i++) {
            sums[i] += factor * values[at + i];
        }
    }
}
