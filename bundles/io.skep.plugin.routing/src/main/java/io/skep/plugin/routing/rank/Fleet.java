// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The agents' texts by slot: words, vectors of the full text and of each part. Not thread-safe. */
final class Fleet {
    private final Map<String, Integer> slots = new HashMap<>();
    private final Deque<Integer> free = new ArrayDeque<>();
    private final Deque<Integer> freeParts = new ArrayDeque<>();
    private final Lexicon lexicon = new Lexicon();
    private final Vectors full;
    private final Vectors parts;
    private @Nullable AgentText[] texts = new AgentText[16];
    private int[][] partsOf = new int[16][];
    private int capacity;
    private int partCapacity;
    private long version;

    Fleet(int dimensions) {
        full = new Vectors(dimensions);
        parts = new Vectors(dimensions);
        Arrays.fill(partsOf, new int[0]);
    }

    /** Grows with every change. */
    long version() {
        return version;
    }

    int size() {
        return slots.size();
    }

    int capacity() {
        return capacity;
    }

    int slot(String id) {
        return slots.getOrDefault(id, -1);
    }

    @Nullable
    AgentText text(int slot) {
        return texts[slot];
    }

    String id(int slot) {
        AgentText text = texts[slot];
        return text == null ? "" : text.id();
    }

    /** The slots in use. */
    int[] all() {
        int[] all = new int[slots.size()];
        int size = 0;
        for (int slot = 0; slot < capacity; slot++) {
            if (texts[slot] != null) {
                all[size++] = slot;
            }
        }
        return all;
    }

    int put(AgentText text, @Nullable List<float[]> vectors) {
        version++;
        int slot = slots.computeIfAbsent(text.id(), absent -> next());
        texts[slot] = text;
        lexicon.put(slot, text.words());
        forgetVectors(slot);
        if (vectors != null && !vectors.isEmpty()) {
            full.put(slot, vectors.get(0));
            int[] own = new int[vectors.size() - 1];
            for (int i = 0; i < own.length; i++) {
                Integer reused = freeParts.pollFirst();
                own[i] = reused == null ? partCapacity++ : reused;
                parts.put(own[i], vectors.get(i + 1));
            }
            partsOf[slot] = own;
        }
        return slot;
    }

    int remove(String id) {
        Integer slot = slots.remove(id);
        if (slot == null) {
            return -1;
        }
        version++;
        texts[slot] = null;
        lexicon.remove(slot);
        forgetVectors(slot);
        free.push(slot);
        return slot;
    }

    boolean hasVector(int slot) {
        return full.has(slot);
    }

    /** The vectors of a slot as they were given, or null. */
    @Nullable
    List<float[]> vectors(int slot) {
        if (!full.has(slot)) {
            return null;
        }
        List<float[]> vectors = new ArrayList<>();
        vectors.add(full.get(slot));
        for (int part : partsOf[slot]) {
            vectors.add(parts.get(part));
        }
        return vectors;
    }

    Vectors full() {
        return full;
    }

    Lexicon lexicon() {
        return lexicon;
    }

    /** For each slot the product of the query and the closest part. */
    float[] closestParts(float[] query, int[] of) {
        float[] all = parts.isExact() && of.length > 8 ? parts.dots(query) : null;
        float[] closest = new float[of.length];
        for (int i = 0; i < of.length; i++) {
            float best = partsOf[of[i]].length == 0 ? 0 : -1;
            for (int part : partsOf[of[i]]) {
                best = Math.max(best, all != null ? all[part] : parts.dot(part, query));
            }
            closest[i] = best;
        }
        return closest;
    }

    private int next() {
        Integer reused = free.pollFirst();
        if (reused != null) {
            return reused;
        }
        if (capacity == texts.length) {
            texts = Arrays.copyOf(texts, capacity * 2);
            int before = partsOf.length;
            partsOf = Arrays.copyOf(partsOf, capacity * 2);
            Arrays.fill(partsOf, before, partsOf.length, new int[0]);
        }
        return capacity++;
    }

    private void forgetVectors(int slot) {
        full.remove(slot);
        for (int part : partsOf[slot]) {
            parts.remove(part);
            freeParts.push(part);
        }
        partsOf[slot] = new int[0];
    }
}
