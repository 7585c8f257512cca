// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Vectors by slot. Up to so many slots they are kept dimension by dimension, so that one pass of additions gives the products
 * with all of them (the compiler makes SIMD of that, not of a sum over one vector). Beyond that a vector is its
 * signs ({@link Signs}) and a byte a dimension: the nearest by signs are looked at by bytes. Not thread-safe.
 */
final class Vectors {
    static final int EXACT = 4096;
    private static final int LANES = 128;
    private static final int WHOLE = 16_000;

    private final int dimensions;
    private final int mostExact;
    /** The largest value of a query in whole numbers, so that the sum of its products with bytes is an int. */
    private final int whole;

    private final Signs signs;
    private byte[] bytes = new byte[0];
    private float[] scales = new float[0];
    private boolean[] present = new boolean[0];
    /** For each dimension its values by slot. */
    private float[][] rows;

    private int capacity;
    private boolean exact = true;

    /** Slots with their products with a query, the highest first. */
    record Nearest(int[] slots, float[] products) {
        private static final Nearest NONE = new Nearest(new int[0], new float[0]);
    }

    Vectors(int dimensions) {
        this(dimensions, EXACT);
    }

    /** With up to so many slots kept by dimension. */
    Vectors(int dimensions, int mostExact) {
        this.dimensions = dimensions;
        this.mostExact = mostExact;
        this.whole = Math.min(WHOLE, Integer.MAX_VALUE / Byte.MAX_VALUE / Math.max(1, dimensions));
        this.signs = new Signs(dimensions);
        this.rows = new float[dimensions][0];
    }

    int dimensions() {
        return dimensions;
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
        signs.put(slot, vector);
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
        return Matrix.times(rows, query);
    }

    /** The products with these slots, in their order. */
    float[] products(float[] query, int[] slots) {
        float[] products = new float[slots.length];
        if (exact && slots.length > capacity / 64) {
            float[] all = dots(query);
            for (int i = 0; i < slots.length; i++) {
                products[i] = slots[i] < capacity ? all[slots[i]] : 0;
            }
            return products;
        }
        int[] whole = new int[dimensions];
        float scale = whole(query, whole);
        for (int i = 0; i < slots.length; i++) {
            products[i] = has(slots[i]) ? whole(slots[i], whole) * scales[slots[i]] * scale : 0;
        }
        return products;
    }

    /** The best slots by product with the query, best first: exact while that is cheap, else by signs and then bytes. */
    Nearest nearest(float[] query, int most, int rerank, @Nullable BitSet among) {
        if (most <= 0 || capacity == 0) {
            return Nearest.NONE;
        }
        int[] slots = exact ? all(among) : signs.closest(query, Math.max(most, rerank), capacity, present, among);
        float[] products = products(query, slots);
        int[] places = new int[slots.length];
        Arrays.setAll(places, i -> i);
        int[] best = Top.of(places, products, most);
        int[] found = new int[best.length];
        float[] theirs = new float[best.length];
        for (int i = 0; i < best.length; i++) {
            found[i] = slots[best[i]];
            theirs[i] = products[best[i]];
        }
        return new Nearest(found, theirs);
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

    /** The query in whole numbers; returns what one of them is. */
    private float whole(float[] query, int[] into) {
        float most = 1e-9f;
        for (float value : query) {
            most = Math.max(most, Math.abs(value));
        }
        float scale = most / whole;
        for (int d = 0; d < into.length; d++) {
            into[d] = Math.round(query[d] / scale);
        }
        return scale;
    }

    /** A product without conversions, three times as fast as one of floats with bytes. */
    private int whole(int slot, int[] query) {
        int sum = 0;
        int at = slot * dimensions;
        for (int d = 0; d < dimensions; d++) {
            sum += bytes[at + d] * query[d];
        }
        return sum;
    }

    private void grow(int slots) {
        capacity = Math.max(capacity, slots);
        if (slots > present.length) {
            int room = Math.max(LANES, Math.max(slots, present.length + present.length / 2));
            bytes = Arrays.copyOf(bytes, room * dimensions);
            scales = Arrays.copyOf(scales, room);
            present = Arrays.copyOf(present, room);
            signs.grow(room);
        }
        if (exact && slots > mostExact) {
            exact = false;
            rows = new float[dimensions][0];
        }
        for (int d = 0; exact && d < dimensions && rows[d].length < slots; d++) {
            rows[d] = Arrays.copyOf(rows[d], present.length);
        }
    }

    private void writeLane(int slot, float[] vector) {
        for (int d = 0; d < dimensions; d++) {
            rows[d][slot] = vector[d];
        }
    }
}
