// SPDX-License-Identifier: Apache-2.0
package io.skep.api.store;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The durable log of every shard: the truth. A record is opaque bytes with a number that grows by one within its shard,
 * from 1. Thread-safe. Every implementation passes {@code io.skep.testkit.LogStoreContract}.
 */
@ConsumerType
public interface LogStore {
    /** How many shards the store is laid out for, 1 to 256; fixed when its directory is made. */
    int shards();

    /** The directory in which everything durable of this server lives; locked against a second server. */
    Path directory();

    /**
     * Takes the right to append to a shard, fencing every earlier holder.
     *
     * @throws StoreException if the store cannot say
     */
    ShardLease acquire(int shard);

    /**
     * Appends records; atomic, and durable before the stage completes. Appends of one lease become durable in the order
     * of the calls; if one fails, those after it fail too, since their numbers no longer follow. Appending again what is
     * already there, number by number and byte by byte, succeeds and changes nothing. Appends of different shards may
     * share one commit.
     *
     * @param firstSeq the number of the first record; one more than the last number in the shard
     * @param records at least one
     * @return ends with {@link FencedException} when the lease is no longer the newest, {@link StoreFullException} when
     *     there is no space and nothing was written, {@link IllegalArgumentException} when the numbers do not follow or
     *     other content is there already, {@link java.util.concurrent.RejectedExecutionException} when too much waits to
     *     be written; after each of these the store goes on. Any other {@link StoreException} means that the outcome is
     *     unknown and the store has stopped. Stages may complete on the store's writing thread
     */
    CompletionStage<Void> append(ShardLease lease, long firstSeq, List<byte[]> records);

    /**
     * Appends records of several shards; they become durable together, or none of them does. Otherwise as the other.
     *
     * @param together at least one, each of another shard
     * @return ends as the other; if one of them is refused, all of them are
     */
    CompletionStage<Void> append(List<Append> together);

    /**
     * Records of one shard among others.
     *
     * @param lease of the shard
     * @param firstSeq the number of the first record
     * @param records at least one
     */
    record Append(ShardLease lease, long firstSeq, List<byte[]> records) {
        /**
         * Checks.
         *
         * @throws IllegalArgumentException if there is no record, or the number is not positive
         */
        public Append {
            if (firstSeq < 1 || records.isEmpty()) {
                throw new IllegalArgumentException("An append has a number from 1 and at least one record");
            }
            records = List.copyOf(records);
        }
    }

    /** The number of the last durable record of a shard, 0 if it never had one. */
    long lastSeq(int shard);

    /** The number of the oldest record that can still be read, {@code lastSeq + 1} if there is none. */
    long firstSeq(int shard);

    /**
     * Reads durable records in order.
     *
     * @param fromSeq the number of the first
     * @param max how many at most
     * @throws TrimmedException if {@code fromSeq} is below {@link #firstSeq(int)}
     */
    List<LogRecord> read(int shard, long fromSeq, int max);

    /** The newest snapshot of a shard. */
    Optional<Snapshot> snapshot(int shard);

    /**
     * Keeps a snapshot in place of the one before; durable on return.
     *
     * @throws FencedException when the lease is no longer the newest
     * @throws StoreFullException when there is no space
     * @throws IllegalArgumentException when it is older than the one before, or newer than the last record
     */
    void keepSnapshot(ShardLease lease, Snapshot snapshot);

    /**
     * Drops records up to and including {@code upToSeq}, never beyond the newest snapshot; none while a backup needs them,
     * so that it has to be called again later.
     */
    void trim(ShardLease lease, long upToSeq);

    /**
     * Lets a shard that has no record go on after a snapshot of another store: its next record is {@code snapshot.seq() +
     * 1}. Durable on return; may be repeated.
     *
     * @throws FencedException when the lease is no longer the newest
     * @throws StoreFullException when there is no space
     * @throws IllegalArgumentException when the shard has a record
     */
    void begin(ShardLease lease, Snapshot snapshot);

    /** Whether a write would succeed now; tries one. Called after {@link StoreFullException} to learn of new space. */
    boolean probe();
}
