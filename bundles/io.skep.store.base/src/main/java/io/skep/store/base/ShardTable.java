// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import java.util.concurrent.atomic.AtomicLongArray;

/** What is durable of each shard: each number has one writer at a time, after a commit; read by anybody. */
public final class ShardTable {
    private final AtomicLongArray epoch;
    private final AtomicLongArray first;
    private final AtomicLongArray last;

    /** With nothing in any shard. */
    public ShardTable(int shards) {
        epoch = new AtomicLongArray(shards);
        first = new AtomicLongArray(shards);
        last = new AtomicLongArray(shards);
    }

    /** How many shards there are. */
    public int size() {
        return epoch.length();
    }

    /** The epoch of the newest lease. */
    public long epoch(int shard) {
        return epoch.get(shard);
    }

    /** The number of the oldest record that can be read. */
    public long first(int shard) {
        return first.get(shard);
    }

    /** The number of the newest record. */
    public long last(int shard) {
        return last.get(shard);
    }

    /** Changes the epoch. */
    public void epoch(int shard, long newEpoch) {
        epoch.set(shard, newEpoch);
    }

    /** Changes the oldest number, which only grows. */
    public void first(int shard, long newFirst) {
        first.accumulateAndGet(shard, newFirst, Math::max);
    }

    /** Changes the newest number. */
    public void last(int shard, long newLast) {
        last.set(shard, newLast);
    }

    /** Changes all of them. */
    public void set(int shard, long newEpoch, long newFirst, long newLast) {
        epoch.set(shard, newEpoch);
        last.set(shard, newLast);
        first.set(shard, newFirst);
    }
}
