// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFiles;
import io.skep.api.store.StoreFullException;
import io.skep.api.store.StoreStatus;
import io.skep.api.store.TrimmedException;
import io.skep.store.base.Frames;
import io.skep.store.base.Frames.DamagedException;
import io.skep.store.base.ShardTable;
import io.skep.store.sqlite.LogWriter.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The log in {@code log.db}. Appends and everything else that writes go through the {@link LogWriter}; reads have
 * connections of their own. The directory is locked by who makes this.
 *
 * <p>Beyond what {@link LogStore} says: an append whose number does not follow, or that is there with another content,
 * ends with {@link IllegalArgumentException}, and one beyond {@code max.pending.bytes} with {@link
 * java.util.concurrent.RejectedExecutionException}; nothing was written then and the store goes on. Stages complete on
 * the writer's thread: what depends on them must be short, since the next commit waits for it.
 */
final class SqliteLog implements LogStore, AutoCloseable {
    private static final int CACHE_KIB = 16 << 10;
    private static final int PAGE_BYTES = 4096;
    private static final int VACUUM_PAGES = 256;
    /** The most that SQLite can do. */
    private static final long UNLIMITED_PAGES = 0xffff_fffeL;

    private final Path file;
    private final String id;
    private final ShardTable shards;
    private final LogWriter writer;
    private final Checkpointer checkpointer;
    private final ReadPool<LogReader> readers;
    private final Housekeeping housekeeping;
    private final Space space;

    /**
     * Opens the log, making it if there is none.
     *
     * @throws StoreException if it is not to be used, naming the file
     */
    SqliteLog(Settings settings, Space space, Sql.Connector connector) {
        file = settings.directory().resolve("log.db");
        this.space = space;
        id = LogFile.prepare(file, settings.shards());
        shards = new ShardTable(settings.shards());
        readers = new ReadPool<>(file.toString(), () -> new LogReader(connector.open(file, true)));
        Connection connection = open(connector, settings.maxLogBytes());
        boolean complete = false;
        try {
            LogTransaction transaction = new LogTransaction(connection, shards, space::isLow);
            checkpointer = new Checkpointer(file, connector.open(file, false), readers);
            writer = new LogWriter(file, transaction, checkpointer, settings.maxPendingBytes());
            complete = true;
        } catch (SQLException e) {
            throw Sql.failed(file, "cannot be opened", e);
        } finally {
            if (!complete) {
                Sql.abandon(connection);
            }
        }
        housekeeping = new Housekeeping(shards.size(), this::run);
        checkpointer.start(writer::stop);
        writer.start();
    }

    private Connection open(Sql.Connector connector, long maxLogBytes) {
        try {
            return Sql.open(
                    connector,
                    file,
                    "journal_mode = WAL",
                    "synchronous = FULL",
                    "wal_autocheckpoint = 0",
                    "cache_size = -" + CACHE_KIB,
                    "max_page_count = " + maxPages(maxLogBytes));
        } catch (SQLException e) {
            throw Sql.failed(file, "cannot be opened", e);
        }
    }

    /** Changes how large the file may become, 0 for no limit; what is there stays. */
    void limit(long maxLogBytes) {
        run(in -> in.number("PRAGMA max_page_count = " + maxPages(maxLogBytes)));
    }

    private static long maxPages(long maxLogBytes) {
        return maxLogBytes == 0 ? UNLIMITED_PAGES : Math.min(UNLIMITED_PAGES, Math.max(1, maxLogBytes / PAGE_BYTES));
    }

    /** Identifies this log among all others. */
    String id() {
        return id;
    }

    @Override
    public int shards() {
        return shards.size();
    }

    @Override
    public Path directory() {
        return Objects.requireNonNull(file.getParent());
    }

    @Override
    public ShardLease acquire(int shard) {
        Objects.checkIndex(shard, shards.size());
        return new ShardLease(shard, run(in -> in.acquire(shard)));
    }

    @Override
    @SuppressWarnings("NullAway") // a stage of Void completes with null
    public CompletionStage<Void> append(ShardLease lease, long firstSeq, List<byte[]> records) {
        Objects.checkIndex(lease.shard(), shards.size());
        if (firstSeq < 1 || records.isEmpty()) {
            throw new IllegalArgumentException("An append has a number from 1 and at least one record");
        }
        StoreException end = writer.ended();
        if (end != null) {
            return CompletableFuture.failedFuture(writer.again(end));
        }
        byte[] frames = Frames.encode(lease.shard(), firstSeq, records);
        int count = records.size();
        return writer.submit(frames.length, in -> {
            in.append(lease, firstSeq, count, frames);
            return null;
        });
    }

    @Override
    @SuppressWarnings("NullAway") // a stage of Void completes with null
    public CompletionStage<Void> append(List<Append> together) {
        StoreException end = writer.ended();
        if (end != null) {
            return CompletableFuture.failedFuture(writer.again(end));
        }
        List<LogTransaction.Frame> frames =
                together.stream().map(LogTransaction.Frame::of).toList();
        long bytes = frames.stream().mapToLong(frame -> frame.bytes().length).sum();
        return writer.submit(bytes, in -> {
            in.append(frames);
            return null;
        });
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
        List<LogRecord> records = reading(reader -> reader.read(shard, fromSeq, available));
        // Trimming may have gone on between the look and the read.
        requireThere(shard, fromSeq);
        if (records.size() != available || records.get(0).seq() != fromSeq) {
            throw new StoreException(
                    file + " is damaged: records from " + fromSeq + " of shard " + shard + " are missing");
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
        return reading(reader -> reader.snapshot(shard));
    }

    private <T> T reading(ReadPool.Use<LogReader, T, DamagedException> use) {
        try {
            return readers.use(use);
        } catch (SQLException e) {
            throw Sql.failed(file, "cannot be read", e);
        } catch (DamagedException e) {
            throw new StoreException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    @Override
    public void keepSnapshot(ShardLease lease, Snapshot snapshot) {
        Objects.checkIndex(lease.shard(), shards.size());
        housekeeping.keepSnapshot(lease, snapshot);
    }

    @Override
    public void trim(ShardLease lease, long upToSeq) {
        Objects.checkIndex(lease.shard(), shards.size());
        housekeeping.trim(lease, upToSeq);
    }

    @Override
    public void begin(ShardLease lease, Snapshot snapshot) {
        Objects.checkIndex(lease.shard(), shards.size());
        run(in -> {
            in.begin(lease, snapshot.seq());
            return snapshot;
        });
        housekeeping.keepSnapshot(lease, snapshot);
    }

    /** Waits for everything that was appended before this call. */
    void settle() {
        run(in -> in.number("SELECT 1"));
    }

    @Override
    public boolean probe() {
        if (space.isLow()) {
            return false;
        }
        try {
            housekeeping.probe();
            return true;
        } catch (StoreFullException e) {
            return false;
        } catch (StoreException e) {
            if (writer.ended() != null) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Copies the log as it stands at one moment, in steps; nothing is trimmed meanwhile.
     *
     * @param target of a file that is not there
     * @param beforeTheCut is run when the snapshots are copied, before that moment: what a snapshot has left out is in a
     *     projection that is completed now
     */
    void copy(Path target, LogCopy.Before beforeTheCut, StoreFiles.Progress progress) throws SQLException, IOException {
        housekeeping.holdTrims();
        try (LogCopy copy = new LogCopy(file, readers, target, id, shards)) {
            copy.snapshots(progress);
            beforeTheCut.run();
            copy.records(run(LogTransaction::cut), progress);
        } finally {
            housekeeping.allowTrims();
        }
    }

    /** Keeps every record until {@link #allowTrims}. */
    void holdTrims() {
        housekeeping.holdTrims();
    }

    void allowTrims() {
        housekeeping.allowTrims();
    }

    StoreStatus.File status() {
        return new StoreStatus.File(
                String.valueOf(file.getFileName()),
                DatabaseFile.size(file),
                DatabaseFile.size(DatabaseFile.wal(file)),
                reading(LogReader::freeBytes));
    }

    /** Whether the file was made so that its free space can be given back. */
    boolean canShrink() {
        return reading(LogReader::canShrink);
    }

    /** Gives the space of free pages back, a little with a commit. */
    void compact(StoreFiles.Progress progress) throws SQLException {
        long total = 0;
        long left;
        do {
            left = run(in -> in.vacuum(VACUUM_PAGES));
            total = Math.max(total, left);
            progress.at("compacting log.db", total - left, total);
        } while (left > 0);
        checkpointer.truncate();
    }

    /** Makes a change and waits until it is durable. */
    private <T> T run(Change<T> change) {
        try {
            return writer.submit(0, change).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                // Thrown here and not there, so that the trace shows who asked.
                cause.setStackTrace(new Throwable().getStackTrace());
                throw cause;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            readers.close();
            checkpointer.close();
            writer.close();
        } catch (SQLException e) {
            throw Sql.failed(file, "cannot be closed", e);
        }
    }
}
