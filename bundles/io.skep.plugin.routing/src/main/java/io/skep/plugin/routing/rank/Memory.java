// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Past tasks with who did them and what became of it: the newest so many. A new one takes the place of the oldest. Not
 * thread-safe.
 */
final class Memory {
    /** How much an outcome takes from what it contradicts, if that is the same task. */
    private static final double CONTRADICTION = 0.5;
    /** Of more past tasks the nearest are found by signs: that is a thirtieth of what is read for all products. */
    private static final int EXACT = 512;

    private final int most;
    private final Vectors vectors;
    private final List<Past> pasts = new ArrayList<>();
    /** What each still counts: 1 at first, less for every later outcome nearby that says otherwise. */
    private float[] strengths = new float[64];

    private int next;
    private long seen;

    Memory(int dimensions, int most) {
        this.most = most;
        this.vectors = new Vectors(dimensions, EXACT);
    }

    void add(Past past, float @Nullable [] vector) {
        int slot = next;
        next = (next + 1) % most;
        seen++;
        if (slot == pasts.size()) {
            pasts.add(past);
        } else {
            pasts.set(slot, past);
        }
        if (slot >= strengths.length) {
            strengths = Arrays.copyOf(strengths, Math.min(most, strengths.length * 2));
        }
        strengths[slot] = 1;
        if (vector != null) {
            vectors.put(slot, vector);
        } else {
            vectors.remove(slot);
        }
    }

    /** Goes on as if so many had been added, after those that are left of them were added by their places. */
    void resume(long added) {
        seen = Math.max(seen, added);
        next = pasts.size() < most ? pasts.size() % most : (int) (seen % most);
    }

    int size() {
        return pasts.size();
    }

    /** How many were ever added. */
    long seen() {
        return seen;
    }

    Past get(int slot) {
        return pasts.get(slot);
    }

    double strength(int slot) {
        return strengths[slot];
    }

    /** A later outcome says otherwise of the same agent, from this close. */
    void contradicted(int slot, double closeness) {
        strengths[slot] *= (float) (1 - CONTRADICTION * Math.max(0, Math.min(1, closeness)));
    }

    Vectors vectors() {
        return vectors;
    }

    /** The past tasks nearest to one. */
    Vectors.Nearest nearest(float[] query, int most, int rerank) {
        return vectors.nearest(query, most, rerank, null);
    }

    /** The slots, oldest first. */
    List<Integer> slots() {
        List<Integer> slots = new ArrayList<>();
        int from = pasts.size() < most ? 0 : next;
        for (int i = 0; i < pasts.size(); i++) {
            slots.add((from + i) % pasts.size());
        }
        return slots;
    }
}
