// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.archive;

import java.util.Arrays;

/** Which documents have a term, in their order, and how often. Guarded by the archive's lock. */
final class Postings {
    private int[] documents = new int[2];
    private byte[] times = new byte[2];
    private int size;

    void add(int document, int often) {
        if (size == documents.length) {
            documents = Arrays.copyOf(documents, size * 2);
            times = Arrays.copyOf(times, size * 2);
        }
        documents[size] = document;
        times[size] = (byte) Math.min(often, Byte.MAX_VALUE);
        size++;
    }

    int size() {
        return size;
    }

    int document(int at) {
        return documents[at];
    }

    int often(int at) {
        return times[at];
    }
}
