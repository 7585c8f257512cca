// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

/** The best of many by score. */
final class Top {
    private Top() {}

    /** The items of the highest scores, best first, the earlier of equals first. */
    static int[] of(int[] items, float[] scores, int most) {
        int size = Math.min(most, items.length);
        // A heap of the kept ones with the worst on top; indexes into items.
        int[] heap = new int[size];
        int filled = 0;
        for (int i = 0; i < items.length; i++) {
            if (filled < size) {
                heap[filled] = i;
                up(heap, filled++, scores);
            } else if (size > 0 && isWorse(heap[0], i, scores)) {
                heap[0] = i;
                down(heap, 0, filled, scores);
            }
        }
        int[] best = new int[size];
        while (filled > 0) {
            best[filled - 1] = items[heap[0]];
            heap[0] = heap[--filled];
            down(heap, 0, filled, scores);
        }
        return best;
    }

    private static boolean isWorse(int a, int b, float[] scores) {
        return scores[a] < scores[b] || (scores[a] == scores[b] && a > b);
    }

    private static void up(int[] heap, int from, float[] scores) {
        int at = from;
        while (at > 0 && isWorse(heap[at], heap[(at - 1) / 2], scores)) {
            swap(heap, at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private static void down(int[] heap, int from, int size, float[] scores) {
        int at = from;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && isWorse(heap[child + 1], heap[child], scores)) {
                child++;
            }
            if (!isWorse(heap[child], heap[at], scores)) {
                return;
            }
            swap(heap, at, child);
            at = child;
        }
    }

    private static void swap(int[] heap, int a, int b) {
        int kept = heap[a];
        heap[a] = heap[b];
        heap[b] = kept;
    }
}
