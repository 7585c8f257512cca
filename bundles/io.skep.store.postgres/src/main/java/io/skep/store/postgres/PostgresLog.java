// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.api.store.TrimmedException;
import io.skep.store.base.ShardTable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The log in the table {@code log}. Appends go through the {@link LogWriter}, all else over connections of the pool. */
final class PostgresLog implements LogStore, AutoCloseable {
    private static final long PAUSE_MILLIS = 100;

    private final Database database;
    private final ShardTable shards;
    private final Leases leases;
    private final LogWriter writer;
    private final Housekeeping housekeeping;
    private final Consumer<StoreException> lost;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean told = new AtomicBoolean();

    /**
     * Takes all shards.
     *
     * @param owner names this server
     * @param lost is told once when the store has stopped
     * @throws HeldException if another server holds a shard
     */
    PostgresLog(Database database, Connection connection, String owner, Consumer<StoreException> lost)
            throws SQLException, HeldException {
        this.database = database;
        Settings settings = database.settings();
        shards = new ShardTable(settings.shards());
        long begun = System.nanoTime();
        Optional<String> holder = Leases.take(connection, owner, settings.lease(), shards);
        if (holder.isPresent()) {
            throw new HeldException(holder.get());
        }
        leases = new Leases(database, owner, shards, begun, this::stop);
        this.lost = lost;
        writer = new LogWriter(new Session(database, leases, shards), shards, settings.maxPendingBytes(), this::tell);
        housekeeping = new Housekeeping(database, owner, shards);
        writer.start();
        leases.start();
    }

    /** Another server holds a shard; its message names it. */
    static final class HeldException extends Exception {
        private static final long serialVersionUID = 1L;

        HeldException(String holder) {
            super(holder);
        }
    }

    /** Nothing is read from here on either, while the writer may still be waiting for the database. */
    private void stop(StoreException why) {
        writer.stop(why);
        tell(why);
    }

    private void tell(StoreException why) {
        ended.countDown();
        if (told.compareAndSet(false, true)) {
            lost.accept(why);
        }
    }

    /** Waits a moment for a database that is away; whether to try again, since nobody else may have taken the shards yet. */
    boolean isWorthAnotherTry() {
        try {
            return !ended.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS) && leases.isCertain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public int shards() {
        return shards.size();
    }

    @Override
    public Path directory() {
        return database.settings().shared();
    }

    @Override
    public ShardLease acquire(int shard) {
        Objects.checkIndex(shard, shards.size());
        return join(writer.acquire(shard));
    }

    @Override
    public CompletionStage<Void> append(ShardLease lease, long firstSeq, List<byte[]> records) {
        Objects.checkIndex(lease.shard(), shards.size());
        return append(List.of(new Append(lease, firstSeq, records)));
    }

    @Override
    public CompletionStage<Void> append(List<Append> together) {
        StoreException end = writer.ended();
        return end != null
                ? CompletableFuture.failedFuture(LogWriter.again(end))
                : writer.append(together.stream().map(LogWriter.Part::of).toList());
    }

    @Override
    public long lastSeq(int shard) {
        return shards.last(shard);
    }

    @Override
    public long firstSeq(int shard) {
        return shards.first(shard);
    }

    @Override
    public List<LogRecord> read(int shard, long fromSeq, int max) {
        requireThere(shard, fromSeq);
        int available = (int) Math.min(max, Math.max(0, shards.last(shard) - fromSeq + 1));
        if (available <= 0) {
            return List.of();
        }
        List<LogRecord> records = reading(connection -> LogReader.read(connection, shard, fromSeq, available));
        // Trimming may have gone on between the look and the read.
        requireThere(shard, fromSeq);
        if (records.size() != available || records.get(0).seq() != fromSeq) {
            throw new StoreException(
                    "The log is damaged: records from " + fromSeq + " of shard " + shard + " are missing");
        }
        return records;
    }

    private void requireThere(int shard, long fromSeq) {
        if (fromSeq < shards.first(shard)) {
            throw new TrimmedException(
                    "Record " + fromSeq + " of shard " + shard + " was trimmed; the oldest is " + shards.first(shard));
        }
    }

    @Override
    public Optional<Snapshot> snapshot(int shard) {
        Objects.checkIndex(shard, shards.size());
        return reading(connection -> LogReader.snapshot(connection, shard));
    }

    private <T> T reading(Database.Work<T> work) {
        try {
            return database.with(work);
        } catch (SQLException e) {
            throw database.failed("cannot be read", e);
        }
    }

    @Override
    public void keepSnapshot(ShardLease lease, Snapshot snapshot) {
        Objects.checkIndex(lease.shard(), shards.size());
        settle();
        housekeeping.keepSnapshot(lease, snapshot);
    }

    @Override
    public void trim(ShardLease lease, long upToSeq) {
        Objects.checkIndex(lease.shard(), shards.size());
        settle();
        housekeeping.trim(lease, upToSeq);
    }

    @Override
    public void begin(ShardLease lease, Snapshot snapshot) {
        Objects.checkIndex(lease.shard(), shards.size());
        settle();
        housekeeping.begin(lease, snapshot.seq());
        join(writer.begun(lease.shard(), snapshot.seq()));
        housekeeping.keepSnapshot(lease, snapshot);
    }

    /** Waits for everything that was appended before this call. */
    void settle() {
        join(writer.settled());
    }

    @Override
    public boolean probe() {
        return writer.ended() == null && housekeeping.probe();
    }

    private static <T> T join(CompletableFuture<T> stage) {
        try {
            return stage.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                // Thrown here and not there, so that the trace shows who asked.
                cause.setStackTrace(new Throwable().getStackTrace());
                throw cause;
            }
            throw e;
        }
    }

    /** Writes what is pending and lets the shards go. */
    @Override
    public void close() {
        boolean stopped = ended.getCount() == 0;
        ended.countDown();
        writer.close();
        leases.close();
        if (!stopped) {
            leases.release();
        }
    }
}
