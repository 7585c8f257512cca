// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.archive;

import java.util.Arrays;
import java.util.BitSet;

/** What is known of each document: its session, its number, its neighbours there. Guarded by the archive's lock. */
final class Documents {
    /** No neighbour. */
    static final int NONE = -1;

    private int[] sessions = new int[256];
    private long[] numbers = new long[256];
    private int[] words = new int[256];
    private int[] before = new int[256];
    private int[] after = new int[256];
    private final BitSet gone = new BitSet();
    private int size;
    private long allWords;

    int add(int session, long number, int length, int previous) {
        if (size == sessions.length) {
            int more = size * 2;
            sessions = Arrays.copyOf(sessions, more);
            numbers = Arrays.copyOf(numbers, more);
            words = Arrays.copyOf(words, more);
            before = Arrays.copyOf(before, more);
            after = Arrays.copyOf(after, more);
        }
        int document = size++;
        sessions[document] = session;
        numbers[document] = number;
        words[document] = length;
        before[document] = previous;
        after[document] = NONE;
        if (previous != NONE) {
            after[previous] = document;
        }
        allWords += length;
        return document;
    }

    void remove(int document) {
        gone.set(document);
        allWords -= words[document];
    }

    boolean isGone(int document) {
        return gone.get(document);
    }

    /** With those that are gone. */
    int size() {
        return size;
    }

    int left() {
        return size - gone.cardinality();
    }

    double meanWords() {
        return Math.max(1, (double) allWords / Math.max(1, left()));
    }

    int session(int document) {
        return sessions[document];
    }

    long number(int document) {
        return numbers[document];
    }

    int words(int document) {
        return words[document];
    }

    /** The document so many places before (negative) or after in the same session. */
    int neighbour(int document, int places) {
        int at = document;
        for (int i = 0; i < Math.abs(places) && at != NONE; i++) {
            at = places < 0 ? before[at] : after[at];
        }
        return at;
    }
}
