// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.Refusal;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFiles.Progress;
import io.skep.api.store.StoreFiles.Source;
import io.skep.api.store.StoreStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done with the files while the store works, one thing at a time; a second is refused. Thread-safe. */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final Settings settings;
    private final SqliteLog log;
    private final SqliteProjection projection;
    private final ReentrantLock busy = new ReentrantLock();

    Upkeep(Settings settings, SqliteLog log, SqliteProjection projection) {
        this.settings = settings;
        this.log = log;
        this.projection = projection;
    }

    StoreStatus status() {
        try {
            return new StoreStatus(
                    settings.directory(),
                    settings.backups(),
                    Files.getFileStore(settings.directory()).getUsableSpace(),
                    List.of(log.status(), projection.status()));
        } catch (SQLException e) {
            throw Sql.failed(settings.directory(), "cannot be looked at", e);
        } catch (IOException e) {
            throw new StoreException(settings.directory() + " cannot be looked at: " + e, e);
        }
    }

    Path backup(String name, Progress progress) {
        return alone(() -> new Backup(settings, log, projection, progress).make(name));
    }

    long compact(Progress progress) {
        return alone(() -> {
            if (!log.canShrink()) {
                throw Refusal.of(
                        Refusal.Reason.CONFLICT,
                        "log.db was made by a version that could not give space back; a backup and its restoration do");
            }
            long before = bytes();
            try {
                log.compact(progress);
                if (!projection.compact(progress)) {
                    LOG.info("projection.db was made by a version that could not give space back; a rebuild does");
                }
            } catch (SQLException e) {
                throw Sql.failed(settings.directory(), "cannot be compacted", e);
            }
            return before - bytes();
        });
    }

    private long bytes() {
        return status().files().stream().mapToLong(StoreStatus.File::bytes).sum();
    }

    void rebuildProjection(Source source, Progress progress) {
        alone(() -> {
            Path draft = settings.directory().resolve("projection.db.rebuilt");
            try {
                rebuild(draft, source, progress);
            } catch (SQLException e) {
                throw Sql.failed(draft, "cannot be written", e);
            } catch (IOException e) {
                throw new StoreException(draft + " cannot be written: " + e, e);
            } finally {
                delete(draft);
            }
            return draft;
        });
    }

    private void rebuild(Path draft, Source source, Progress progress) throws SQLException, IOException {
        delete(draft);
        ProjectionCopy copy = projection.beginCopy(draft);
        boolean complete = false;
        try {
            log.holdTrims();
            for (int shard = 0; shard < log.shards(); shard++) {
                addRows(copy, source, shard);
                progress.at("reading the log", shard + 1L, log.shards());
            }
            boolean whole = takeHistory(copy, progress);
            Path aside = projection.replaceBy(copy);
            complete = true;
            if (whole) {
                delete(aside);
            } else {
                LOG.warn("the projection before could not be read through; it is kept as {}", aside);
            }
        } finally {
            log.allowTrims();
            if (!complete) {
                projection.abandonCopy(copy);
            }
        }
    }

    private static void addRows(ProjectionCopy copy, Source source, int shard) throws SQLException {
        SQLException[] failed = new SQLException[1];
        source.rows(shard, rows -> {
            try {
                if (failed[0] == null) {
                    copy.add(rows);
                }
            } catch (SQLException e) {
                failed[0] = e;
            }
        });
        if (failed[0] != null) {
            throw failed[0];
        }
    }

    /** Ended tasks that the log has no more are nowhere else; false if there may be more of them than could be read. */
    private boolean takeHistory(ProjectionCopy copy, Progress progress) throws SQLException, IOException {
        try {
            projection.take(
                    copy,
                    "state IN " + ProjectionMigration.ENDED,
                    (row, last) -> progress.at("taking history over", row, last));
            return true;
        } catch (SQLException e) {
            if (!Sql.isCorrupt(e)) {
                throw e;
            }
            LOG.warn("projection.db is damaged: {}", e.getMessage());
            return false;
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(DatabaseFile.wal(file));
            Files.deleteIfExists(DatabaseFile.shm(file));
        } catch (IOException e) {
            LOG.warn("{} is not wanted any more and cannot be deleted: {}", file, e.toString());
        }
    }

    private <T> T alone(Supplier<T> work) {
        if (!busy.tryLock()) {
            throw Refusal.of(Refusal.Reason.CONFLICT, "something else is being done with the store");
        }
        try {
            return Objects.requireNonNull(work.get());
        } finally {
            busy.unlock();
        }
    }
}
