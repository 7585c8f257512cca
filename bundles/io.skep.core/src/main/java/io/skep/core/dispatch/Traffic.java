// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How many tasks came into each queue and left it for an agent, in the last minute. Queues without traffic are
 * forgotten; of more than {@value #MAX_QUEUES} at once the newest are not counted. Used by the engine's thread only.
 */
final class Traffic {
    static final int WINDOW_SECONDS = 60;
    private static final int BUCKET_SECONDS = 5;
    private static final int BUCKETS = WINDOW_SECONDS / BUCKET_SECONDS;
    private static final int MAX_QUEUES = 10_000;

    private final Map<Key, Counts> queues = new HashMap<>();
    private final Counts uncounted = new Counts();
    private long cleanedAt;

    /** A queue. */
    record Key(Set<String> skills, String tenant) {}

    /** A ring of buckets, each of so many seconds. */
    private static final class Counts {
        private final int[] in = new int[BUCKETS];
        private final int[] out = new int[BUCKETS];
        private long newest;

        /** Makes {@code bucket} the newest; those in between were empty. */
        void turnTo(long bucket) {
            for (long old = Math.max(newest + 1, bucket - BUCKETS + 1); old <= bucket; old++) {
                in[index(old)] = 0;
                out[index(old)] = 0;
            }
            newest = Math.max(newest, bucket);
        }

        static int index(long bucket) {
            return (int) Math.floorMod(bucket, (long) BUCKETS);
        }
    }

    /** A task came to wait for an agent. */
    void arrived(Key queue, long nowMillis) {
        Counts counts = counts(queue, nowMillis);
        counts.in[Counts.index(counts.newest)]++;
    }

    /** A task got an agent. */
    void left(Key queue, long nowMillis) {
        Counts counts = counts(queue, nowMillis);
        counts.out[Counts.index(counts.newest)]++;
    }

    /** Tasks a second that came in the last minute. */
    double inPerSecond(Key queue, long nowMillis) {
        return rate(queue, nowMillis, true);
    }

    /** Tasks a second that got an agent in the last minute. */
    double outPerSecond(Key queue, long nowMillis) {
        return rate(queue, nowMillis, false);
    }

    /** Every queue that had traffic in the last minute. */
    Set<Key> queues(long nowMillis) {
        clean(nowMillis / 1000 / BUCKET_SECONDS);
        return Set.copyOf(queues.keySet());
    }

    void reset() {
        queues.clear();
    }

    private double rate(Key queue, long nowMillis, boolean in) {
        Counts counts = queues.get(queue);
        if (counts == null) {
            return 0;
        }
        counts.turnTo(nowMillis / 1000 / BUCKET_SECONDS);
        int sum = 0;
        for (int count : in ? counts.in : counts.out) {
            sum += count;
        }
        return (double) sum / WINDOW_SECONDS;
    }

    private Counts counts(Key queue, long nowMillis) {
        long bucket = nowMillis / 1000 / BUCKET_SECONDS;
        clean(bucket);
        Counts counts = queues.get(queue);
        if (counts == null) {
            counts = queues.size() < MAX_QUEUES ? new Counts() : uncounted;
            if (counts != uncounted) {
                queues.put(queue, counts);
            }
        }
        counts.turnTo(bucket);
        return counts;
    }

    private void clean(long bucket) {
        if (bucket != cleanedAt) {
            cleanedAt = bucket;
            queues.values().removeIf(counts -> counts.newest <= bucket - BUCKETS);
        }
    }
}
