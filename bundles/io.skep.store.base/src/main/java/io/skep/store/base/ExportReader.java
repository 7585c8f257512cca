// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import io.skep.api.Refusal;
import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFiles.Progress;
import io.skep.api.store.TaskRow;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives an empty store what an export has. The export waits in the directory {@value #WAITING} of the server until a store
 * without any record is opened there. A server that is stopped in the middle goes on at the next opening: every step may be
 * repeated, and the file {@value #BEGUN} tells that the store has records because of it. For one thread.
 */
public final class ExportReader {
    /** The directory in which an export waits. */
    public static final String WAITING = "import";

    private static final Logger LOG = LoggerFactory.getLogger(ExportReader.class);
    private static final String BEGUN = "begun";
    private static final Progress SILENT = (step, done, total) -> LOG.debug("{} {} of {}", step, done, total);

    private final LogStore log;
    private final Projection projection;
    private final Path export;

    private ExportReader(LogStore log, Projection projection, Path export) {
        this.log = log;
        this.projection = projection;
        this.export = export;
    }

    /**
     * Keeps a checked copy of an export until it is taken over.
     *
     * @param home the directory of the server
     * @param keepFree how many bytes the disk keeps
     * @throws Refusal if it is no complete export, or another one waits
     */
    public static Path stage(Path export, Path home, long keepFree, Progress progress) {
        try {
            if (!export.isAbsolute()) {
                throw Refusal.invalid("directory", "the directory of an export is an absolute path");
            }
            Manifest.verify(export, ExportFormat.HEADING, progress);
        } catch (StoreException wrong) {
            throw Refusal.invalid("directory", String.valueOf(wrong.getMessage()));
        } catch (IOException e) {
            throw Refusal.invalid("directory", export + " cannot be read: " + e);
        }
        return Directories.make(
                "import",
                home,
                WAITING,
                keepFree,
                progress,
                (part, bounded) -> OtherFiles.copyUnchanging(export, part, bounded));
    }

    /**
     * Fills a store that was just opened and that nobody uses yet, if an export waits for it.
     *
     * @param home the directory of the server
     * @throws StoreException if the export does not fit, or cannot be taken over; the store must not be used then
     */
    public static void takeOver(LogStore log, Projection projection, Path home) {
        Path waiting = home.resolve(WAITING);
        if (!Files.isDirectory(waiting)) {
            return;
        }
        try {
            new ExportReader(log, projection, waiting).takeOver();
        } catch (IOException e) {
            throw new StoreException("The import " + waiting + " cannot be read: " + e, e);
        }
    }

    private void takeOver() throws IOException {
        Path begun = export.resolve(BEGUN);
        if (!Files.exists(begun)) {
            if (!isEmpty()) {
                LOG.info("the import {} waits for a store without records, which this one is not", export);
                return;
            }
            Manifest.verify(export, ExportFormat.HEADING, SILENT);
            requireShards();
            Directories.sync(Files.createFile(begun), false);
            Directories.sync(export, true);
        }
        LOG.info("the import {} is taken over", export);
        OtherFiles.copy(export.resolve(ExportFormat.FILES), log.directory(), SILENT);
        long records = 0;
        for (int shard = 0; shard < log.shards(); shard++) {
            records += fill(log.acquire(shard));
        }
        long rows = fillProjection();
        // Out of the way at once: what is left of it after a crash is no import.
        Path gone = export.resolveSibling(WAITING + ".part");
        Files.move(export, gone, StandardCopyOption.ATOMIC_MOVE);
        Directories.delete(gone);
        LOG.info("the import is complete: {} records, {} tasks that were listed", records, rows);
    }

    private boolean isEmpty() {
        for (int shard = 0; shard < log.shards(); shard++) {
            if (log.lastSeq(shard) != 0 || log.snapshot(shard).isPresent()) {
                return false;
            }
        }
        return true;
    }

    private void requireShards() throws IOException {
        try (DataInputStream in = open(ExportFormat.SHARDS)) {
            int shards = in.readInt();
            if (shards != log.shards()) {
                throw new StoreException("The import " + export + " has " + shards + " shards and the new store has "
                        + log.shards() + ": make the store anew with shards = " + shards + ", or delete the import");
            }
        }
    }

    private DataInputStream open(String name) throws IOException {
        return new DataInputStream(new BufferedInputStream(Files.newInputStream(export.resolve(name))));
    }

    private long fill(ShardLease lease) throws IOException {
        int shard = lease.shard();
        try (DataInputStream in = open(ExportFormat.LOG + "/" + shard)) {
            long begin = in.readLong();
            if (begin > 0) {
                Snapshot snapshot = new Snapshot(begin, ExportFormat.read(in));
                if (log.lastSeq(shard) <= begin) {
                    log.begin(lease, snapshot);
                }
            }
            long count = 0;
            for (long first = in.readLong(); first > 0; first = in.readLong()) {
                List<byte[]> bodies = block(in, shard, first);
                append(lease, first, bodies);
                count += bodies.size();
            }
            return count;
        }
    }

    private static List<byte[]> block(DataInputStream in, int shard, long first) throws IOException {
        int count = in.readInt();
        byte[] frames = ExportFormat.read(in);
        List<LogRecord> records = new ArrayList<>();
        try {
            Frames.decode(shard, first, first + count - 1, frames, first, count, records);
        } catch (Frames.DamagedException e) {
            throw new StoreException("The import is damaged: " + e.getMessage(), e);
        }
        return records.stream().map(LogRecord::body).toList();
    }

    /** Again what is there already, and then what follows it. */
    private void append(ShardLease lease, long first, List<byte[]> bodies) {
        long last = log.lastSeq(lease.shard());
        int there = (int) Math.max(0, Math.min(bodies.size(), last - first + 1));
        try {
            if (there > 0) {
                log.append(lease, first, bodies.subList(0, there))
                        .toCompletableFuture()
                        .join();
            }
            if (there < bodies.size()) {
                log.append(lease, first + there, bodies.subList(there, bodies.size()))
                        .toCompletableFuture()
                        .join();
            }
        } catch (CompletionException e) {
            throw new StoreException("The import cannot be written: " + e.getCause(), e);
        }
    }

    private long fillProjection() throws IOException {
        long[] unmoved = new long[log.shards()];
        Arrays.fill(unmoved, -1);
        long count = 0;
        try (DataInputStream in = open(ExportFormat.TASKS)) {
            List<TaskRow> rows = new ArrayList<>();
            for (TaskRow row = ExportFormat.readRow(in); row != null; row = ExportFormat.readRow(in)) {
                rows.add(row);
                if (rows.size() == ExportFormat.ROWS) {
                    projection.write(rows, unmoved);
                    count += rows.size();
                    rows.clear();
                }
            }
            projection.write(rows, unmoved);
            return count + rows.size();
        } catch (EOFException e) {
            throw new StoreException("The import " + export + " is cut off", e);
        }
    }
}
