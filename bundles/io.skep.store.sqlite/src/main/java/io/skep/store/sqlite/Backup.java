// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.StoreFiles.Progress;
import io.skep.store.base.Directories;
import io.skep.store.base.Manifest;
import io.skep.store.base.OtherFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * A copy of everything durable, made while the store works. First the projection, which is kept up to date meanwhile;
 * then the snapshots; then the projection is completed, and then comes the moment up to which the log is copied: so the
 * projection is never ahead of the log, and what has left the snapshots is in the projection. Every other file comes
 * last: what a record of that moment refers to was there before it. A file that vanishes meanwhile was of a task that
 * retention dropped.
 *
 * <p>For one thread.
 */
final class Backup {
    /**
     * With the layout of the store. A greater one cannot be read by versions that know only this one, see {@code ./skep}. 2:
     * the projection has the time of each task's end.
     */
    static final String HEADING = "skep-backup 2";

    private final Settings settings;
    private final SqliteLog log;
    private final SqliteProjection projection;
    private final Progress progress;

    Backup(Settings settings, SqliteLog log, SqliteProjection projection, Progress progress) {
        this.settings = settings;
        this.log = log;
        this.projection = projection;
        this.progress = progress;
    }

    Path make(String name) {
        return Directories.make("backup", settings.backups(), name, settings.minFreeBytes(), progress, this::fill);
    }

    private void fill(Path part, Progress bounded) throws IOException {
        try {
            databases(part, bounded);
        } catch (SQLException e) {
            throw Sql.failed(part, "the backup cannot be made", e);
        }
        OtherFiles.copy(settings.directory(), part, bounded);
        Manifest.write(part, HEADING, bounded);
    }

    private void databases(Path part, Progress bounded) throws SQLException, IOException {
        ProjectionCopy copy = projection.beginCopy(part.resolve("projection.db"));
        boolean[] ended = {false};
        try {
            projection.take(copy, "1", (row, last) -> bounded.at("projection", row, last));
            log.copy(
                    part.resolve("log.db"),
                    () -> {
                        projection.endCopy(copy);
                        ended[0] = true;
                    },
                    bounded);
        } finally {
            if (!ended[0]) {
                projection.abandonCopy(copy);
            }
        }
    }
}
