// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.archive;

import java.util.Arrays;

/** The documents of a session, by ascending numbers of their items. Guarded by the archive's lock. */
final class Members {
    private final String session;
    private final int ordinal;
    private int[] documents = new int[4];
    private int size;
    private boolean gone;

    Members(String session, int ordinal) {
        this.session = session;
        this.ordinal = ordinal;
    }

    String session() {
        return session;
    }

    /** Its place among all sessions. */
    int ordinal() {
        return ordinal;
    }

    /** All of it was removed. */
    boolean isGone() {
        return gone;
    }

    void remove() {
        gone = true;
    }

    void add(int document) {
        if (size == documents.length) {
            documents = Arrays.copyOf(documents, size * 2);
        }
        documents[size++] = document;
    }

    int size() {
        return size;
    }

    int get(int at) {
        return documents[at];
    }

    int last() {
        return size == 0 ? Documents.NONE : documents[size - 1];
    }

    /** The document of an item, or {@link Documents#NONE}. */
    int find(long number, Documents all) {
        int from = 0;
        int to = size - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            long there = all.number(documents[middle]);
            if (there == number) {
                return documents[middle];
            }
            if (there < number) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return Documents.NONE;
    }

    /** After documents have moved. */
    void move(int[] places) {
        int left = 0;
        for (int i = 0; i < size; i++) {
            if (places[documents[i]] != Documents.NONE) {
                documents[left++] = places[documents[i]];
            }
        }
        size = left;
    }
}
