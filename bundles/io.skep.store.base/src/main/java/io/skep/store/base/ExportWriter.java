// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFiles.Progress;
import io.skep.api.store.TaskRow;
import io.skep.api.store.TrimmedException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes what a store has into an export, while nobody changes it. For one thread. */
final class ExportWriter {
    /** A trim that was under way may take away what was about to be read; after it there is none. */
    private static final int TRIES = 3;

    private final LogStore log;
    private final Projection projection;
    private final Path part;
    private final Progress progress;

    ExportWriter(LogStore log, Projection projection, Path part, Progress progress) {
        this.log = log;
        this.projection = projection;
        this.part = part;
        this.progress = progress;
    }

    void write() throws IOException {
        writeTo(ExportFormat.SHARDS, out -> out.writeInt(log.shards()));
        Files.createDirectory(part.resolve(ExportFormat.LOG));
        for (int shard = 0; shard < log.shards(); shard++) {
            writeShard(shard);
            progress.at("log", shard + 1L, log.shards());
        }
        Directories.sync(part.resolve(ExportFormat.LOG), true);
        writeTo(ExportFormat.TASKS, this::writeRows);
        Path files = Files.createDirectory(part.resolve(ExportFormat.FILES));
        OtherFiles.copy(log.directory(), files, progress);
        Manifest.write(part, ExportFormat.HEADING, progress);
    }

    private interface Content {
        void to(DataOutputStream out) throws IOException;
    }

    private void writeTo(String name, Content content) throws IOException {
        Path file = part.resolve(name);
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            content.to(out);
        }
        Directories.sync(file, false);
    }

    private void writeShard(int shard) throws IOException {
        for (int left = TRIES; ; left--) {
            try {
                writeTo(ExportFormat.LOG + "/" + shard, out -> writeShard(shard, out));
                return;
            } catch (TrimmedException e) {
                if (left == 1) {
                    throw new StoreException("Shard " + shard + " is trimmed while it is read", e);
                }
            }
        }
    }

    private void writeShard(int shard, DataOutputStream out) throws IOException {
        Optional<Snapshot> snapshot = log.snapshot(shard);
        long next = snapshot.map(Snapshot::seq).orElse(0L);
        out.writeLong(next);
        if (snapshot.isPresent()) {
            ExportFormat.write(out, snapshot.get().body());
        }
        long last = log.lastSeq(shard);
        while (next < last) {
            List<LogRecord> records = log.read(shard, next + 1, ExportFormat.RECORDS);
            out.writeLong(next + 1);
            out.writeInt(records.size());
            ExportFormat.write(
                    out,
                    Frames.encode(
                            shard,
                            next + 1,
                            records.stream().map(LogRecord::body).toList()));
            next += records.size();
            progress.at("log of shard " + shard, next, last);
        }
        out.writeLong(0);
    }

    private void writeRows(DataOutputStream out) throws IOException {
        String after = "";
        long done = 0;
        List<TaskRow> rows;
        do {
            rows = projection.rows(after, ExportFormat.ROWS);
            for (TaskRow row : rows) {
                ExportFormat.write(out, row);
                after = row.id();
            }
            done += rows.size();
            progress.at("tasks", done, 0);
        } while (rows.size() == ExportFormat.ROWS);
        out.writeByte(0);
    }
}
