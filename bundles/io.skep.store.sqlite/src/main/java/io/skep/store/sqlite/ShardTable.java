// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import java.util.concurrent.atomic.AtomicLongArray;

/** What is durable of each shard: written by the writer alone after a commit, read by anybody. */
final class ShardTable {
    private final AtomicLongArray epoch;
    private final AtomicLongArray first;
    private final AtomicLongArray last;

    ShardTable(int shards) {
        epoch = new AtomicLongArray(shards);
        first = new AtomicLongArray(shards);
        last = new AtomicLongArray(shards);
    }

    int size() {
        return epoch.length();
    }

    long epoch(int shard) {
        return epoch.get(shard);
    }

    long first(int shard) {
        return first.get(shard);
    }

    long last(int shard) {
        return last.get(shard);
    }

    void set(int shard, long newEpoch, long newFirst, long newLast) {
        epoch.set(shard, newEpoch);
        last.set(shard, newLast);
        first.set(shard, newFirst);
    }
}
