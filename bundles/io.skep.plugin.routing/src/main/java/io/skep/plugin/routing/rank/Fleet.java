// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The agents' texts by slot: words, vectors of the full text and of each part. Agents of one kind ({@link AgentText#kind})
 * have one slot, with the texts of the one that came first. Not thread-safe.
 */
final class Fleet {
    private final Map<String, Integer> slots = new HashMap<>();
    private final Map<AgentText.Kind, Integer> kinds = new HashMap<>();
    /** The ids in slots that more than one agent ever had at once. */
    private final Map<Integer, Set<String>> crews = new HashMap<>();

    private final Deque<Integer> free = new ArrayDeque<>();
    private final Deque<Integer> freeParts = new ArrayDeque<>();
    private final Lexicon lexicon = new Lexicon();
    private final Vectors full;
    private final Vectors parts;
    private @Nullable Head[] heads = new Head[16];
    private int[][] partsOf = new int[16][];
    private int capacity;
    private int partCapacity;
    private long version;

    /** A slot that is in use, with the id of one of its agents. */
    private record Head(String id, AgentText.Kind kind) {}

    Fleet(int dimensions) {
        full = new Vectors(dimensions);
        parts = new Vectors(dimensions);
        Arrays.fill(partsOf, new int[0]);
    }

    /** Grows with every change. */
    long version() {
        return version;
    }

    /** How many slots are in use: agents that say different things. */
    int size() {
        return kinds.size();
    }

    int agents() {
        return slots.size();
    }

    int capacity() {
        return capacity;
    }

    int slot(String id) {
        return slots.getOrDefault(id, -1);
    }

    boolean isUsed(int slot) {
        return heads[slot] != null;
    }

    /** An agent of the slot. */
    String id(int slot) {
        Head head = heads[slot];
        return head == null ? "" : head.id();
    }

    /** All agents of the slot. */
    Collection<String> ids(int slot) {
        Head head = heads[slot];
        return head == null ? List.of() : crews.getOrDefault(slot, Set.of(head.id()));
    }

    /** The slot of this kind of agent, -1 if there is none. */
    int slotLike(AgentText text) {
        return kinds.getOrDefault(text.kind(), -1);
    }

    /** The slots in use. */
    int[] all() {
        int[] all = new int[kinds.size()];
        int size = 0;
        for (int slot = 0; slot < capacity; slot++) {
            if (heads[slot] != null) {
                all[size++] = slot;
            }
        }
        return all;
    }

    /** Takes an agent that is unknown, or that is of the kind that it was; vectors that are null leave those of its kind. */
    int put(AgentText text, @Nullable List<float[]> vectors) {
        version++;
        int like = slotLike(text);
        int slot = like < 0 ? next() : like;
        slots.put(text.id(), slot);
        if (like < 0) {
            AgentText.Kind kind = text.kind();
            kinds.put(kind, slot);
            heads[slot] = new Head(text.id(), kind);
            lexicon.put(slot, text.words());
        } else if (!id(slot).equals(text.id())) {
            crews.computeIfAbsent(slot, absent -> new LinkedHashSet<>(Set.of(id(slot))))
                    .add(text.id());
        }
        if (vectors != null && !vectors.isEmpty()) {
            place(slot, vectors);
        }
        return slot;
    }

    private void place(int slot, List<float[]> vectors) {
        forgetVectors(slot);
        full.put(slot, vectors.get(0));
        int[] own = new int[vectors.size() - 1];
        for (int i = 0; i < own.length; i++) {
            Integer reused = freeParts.pollFirst();
            own[i] = reused == null ? partCapacity++ : reused;
            parts.put(own[i], vectors.get(i + 1));
        }
        partsOf[slot] = own;
    }

    /** Forgets an agent; returns its slot, which is free if nobody else had it, or -1 if it was unknown. */
    int remove(String id) {
        Integer slot = slots.remove(id);
        if (slot == null) {
            return -1;
        }
        version++;
        Head head = heads[slot];
        Set<String> crew = crews.get(slot);
        if (crew != null && head != null && crew.remove(id) && !crew.isEmpty()) {
            heads[slot] = new Head(crew.iterator().next(), head.kind());
            return slot;
        }
        if (head != null) {
            kinds.remove(head.kind());
        }
        crews.remove(slot);
        heads[slot] = null;
        lexicon.remove(slot);
        forgetVectors(slot);
        free.push(slot);
        return slot;
    }

    boolean hasVector(int slot) {
        return full.has(slot);
    }

    Vectors full() {
        return full;
    }

    Lexicon lexicon() {
        return lexicon;
    }

    /** For each slot the product of the query and the closest part. */
    float[] closestParts(float[] query, int[] of) {
        int count = 0;
        for (int slot : of) {
            count += partsOf[slot].length;
        }
        int[] all = new int[count];
        int size = 0;
        for (int slot : of) {
            for (int part : partsOf[slot]) {
                all[size++] = part;
            }
        }
        float[] products = parts.products(query, all);
        float[] closest = new float[of.length];
        int at = 0;
        for (int i = 0; i < of.length; i++) {
            float best = partsOf[of[i]].length == 0 ? 0 : -1;
            for (int end = at + partsOf[of[i]].length; at < end; at++) {
                best = Math.max(best, products[at]);
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
        if (capacity == heads.length) {
            heads = Arrays.copyOf(heads, capacity * 2);
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
