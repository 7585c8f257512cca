// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.archive;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Vectors of documents by one model, each number in a byte: a quarter of the memory, and cosines that differ by some
 * thousandths. Guarded by the archive's lock.
 */
final class Vectors {
    private final Map<Integer, Packed> all = new HashMap<>();
    private String model = "";

    private record Packed(byte[] numbers, float scale) {}

    /** A vector of another model than before makes all others void. */
    void put(String by, int document, float[] vector) {
        if (!by.equals(model)) {
            all.clear();
            model = by;
        }
        float most = 1e-9f;
        for (float number : vector) {
            most = Math.max(most, Math.abs(number));
        }
        byte[] numbers = new byte[vector.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (byte) Math.round(vector[i] / most * Byte.MAX_VALUE);
        }
        all.put(document, new Packed(numbers, most / Byte.MAX_VALUE));
    }

    boolean has(String by, int document) {
        return by.equals(model) && all.containsKey(document);
    }

    void remove(int document) {
        all.remove(document);
    }

    int size() {
        return all.size();
    }

    /** How many there are of this model. */
    int size(String by) {
        return by.equals(model) ? all.size() : 0;
    }

    /** The first document from there on that is not gone and has none. */
    int nextWithout(String by, int from, Documents documents) {
        int next = by.equals(model) ? from : 0;
        while (next < documents.size() && (documents.isGone(next) || has(by, next))) {
            next++;
        }
        return next;
    }

    /** After documents have moved. */
    Vectors moved(int[] places) {
        Vectors moved = new Vectors();
        moved.model = model;
        all.forEach((document, packed) -> {
            if (places[document] != Documents.NONE) {
                moved.all.put(places[document], packed);
            }
        });
        return moved;
    }

    /** The cosine to a vector of this model; null if there is none for the document. */
    @Nullable
    Double cosine(String by, int document, float[] vector) {
        Packed packed = by.equals(model) ? all.get(document) : null;
        if (packed == null || packed.numbers().length != vector.length) {
            return null;
        }
        float sum = 0;
        for (int i = 0; i < vector.length; i++) {
            sum += packed.numbers()[i] * vector[i];
        }
        return (double) sum * packed.scale();
    }
}
