// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Past tasks with who did them and what became of it: the newest so many. A new one takes the place of the oldest. Not
 * thread-safe.
 */
final class Memory {
    private final int most;
    private final Vectors vectors;
    private final List<Past> pasts = new ArrayList<>();
    private int next;
    private long seen;

    Memory(int dimensions, int most) {
        this.most = most;
        this.vectors = new Vectors(dimensions);
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

    Vectors vectors() {
        return vectors;
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
