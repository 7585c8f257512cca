// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.api.task.Task;
import io.skep.core.codec.ChangeReader;
import io.skep.core.codec.SnapshotCodec;
import io.skep.core.codec.UnknownTaskException;
import io.skep.core.state.Change;
import io.skep.core.state.Shard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads the state from the store: the newest snapshot of each shard and the log after it. */
final class Recovery {
    /** Records of the first read of a shard. */
    private static final int FIRST_READ = 500;

    private static final int MOST_RECORDS = 1000;
    /** A read is about so long. What was appended together is read as a whole, so short reads do that again and again. */
    private static final long READ_BYTES = 4 << 20;

    /** Room for so many tasks of a shard is made at once; each record of the log may be one. */
    private static final long MOST_EXPECTED = 1 << 16;

    private final LogStore log;

    Recovery(LogStore log) {
        this.log = log;
    }

    /**
     * A shard as read.
     *
     * @param unprojected tasks that changed after what the projection contains
     */
    record Recovered(Shard shard, Collection<Task> unprojected) {}

    /** Reads every shard, several at a time. */
    List<Recovered> readAll(long[] projected) {
        return IntStream.range(0, log.shards())
                .parallel()
                .mapToObj(number -> read(number, projected[number]))
                .collect(Collectors.toUnmodifiableList());
    }

    /** Reads one. {@code projected} is the number of the last record that the projection contains. */
    Recovered read(int number, long projected) {
        long logged = log.lastSeq(number) - log.firstSeq(number) + 1;
        Shard shard = new Shard(number, (int) Math.max(16, Math.min(MOST_EXPECTED, logged)));
        log.snapshot(number).ifPresent(snapshot -> restore(shard, snapshot));
        Map<String, Task> unprojected = new HashMap<>();
        if (projected < log.firstSeq(number) - 1) {
            shard.tasks().forEach(task -> unprojected.put(task.id(), task));
        }
        long from = Math.max(log.firstSeq(number), Math.min(shard.seq(), projected) + 1);
        long last = log.lastSeq(number);
        int count = FIRST_READ;
        while (from <= last) {
            List<LogRecord> records = log.read(number, from, count);
            replay(shard, records, projected, unprojected);
            long bytes =
                    records.stream().mapToLong(record -> record.body().length).sum();
            from = records.get(records.size() - 1).seq() + 1;
            count = (int) Math.max(1, Math.min(MOST_RECORDS, READ_BYTES * records.size() / Math.max(1, bytes)));
        }
        return new Recovered(shard, unprojected.values());
    }

    private static void replay(Shard shard, List<LogRecord> records, long projected, Map<String, Task> unprojected) {
        try (ChangeReader reader = new ChangeReader(records)) {
            for (LogRecord record : records) {
                replay(shard, record, reader, record.seq() > projected, unprojected);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static void replay(
            Shard shard, LogRecord record, ChangeReader reader, boolean collect, Map<String, Task> unprojected) {
        boolean old = record.seq() <= shard.seq();
        try {
            Change change = reader.read(id -> known(shard, unprojected, id));
            Task task = change.task();
            if (!old) {
                shard.apply(change);
            }
            if (collect && task != null) {
                Task newest = shard.task(task.id());
                unprojected.put(task.id(), newest == null ? task : newest);
            }
        } catch (UnknownTaskException forgotten) {
            // In an old record: the projection was lost, and the log does not reach back to the task's submission.
            if (!old) {
                throw unreadable(shard, record, forgotten);
            }
        } catch (IOException | RuntimeException unreadable) {
            throw unreadable(shard, record, unreadable);
        }
    }

    private static @Nullable Task known(Shard shard, Map<String, Task> unprojected, String id) {
        Task task = shard.task(id);
        return task == null ? unprojected.get(id) : task;
    }

    private static StoreException unreadable(Shard shard, LogRecord record, Exception cause) {
        return new StoreException(
                "record " + record.seq() + " of shard " + shard.number() + " cannot be read: " + cause.getMessage(),
                cause);
    }

    private static void restore(Shard shard, Snapshot snapshot) {
        try {
            SnapshotCodec.Content content = SnapshotCodec.decode(snapshot.body());
            shard.restore(snapshot.seq(), content.tasks(), content.agents());
            content.plugins().forEach(shard::put);
            content.documents().forEach(shard::put);
        } catch (IOException | RuntimeException unreadable) {
            throw new StoreException(
                    "the snapshot of shard " + shard.number() + " cannot be read: " + unreadable.getMessage(),
                    unreadable);
        }
    }
}
