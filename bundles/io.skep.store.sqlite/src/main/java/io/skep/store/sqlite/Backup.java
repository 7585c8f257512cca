// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.Refusal;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFiles.Progress;
import io.skep.api.store.StoreFullException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of everything durable, made while the store works. First the projection, which is kept up to date meanwhile;
 * then the snapshots; then the projection is completed, and then comes the moment up to which the log is copied: so the
 * projection is never ahead of the log, and what has left the snapshots is in the projection. Every other file comes
 * last: what a record of that moment refers to was there before it. A file that vanishes meanwhile was of a task that
 * retention dropped.
 *
 * <p>Until all is on the disk the directory is called {@code NAME.part}. For one thread.
 */
final class Backup {
    private static final Logger LOG = LoggerFactory.getLogger(Backup.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final String PART = ".part";
    private static final long NOTHING_LEFT = 1 << 20;

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
        if (!NAME.matcher(name).matches() || name.endsWith(PART)) {
            throw Refusal.invalid(
                    "name", "the name of a backup is 1 to 64 letters, digits, dots, hyphens and underscores");
        }
        Path target = settings.backups().resolve(name);
        Path part = settings.backups().resolve(name + PART);
        boolean complete = false;
        try {
            if (Files.exists(target)) {
                throw Refusal.of(Refusal.Reason.CONFLICT, "name", "there is a backup " + target + " already");
            }
            begin(part);
            fill(part);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            DatabaseFile.syncDirectory(target);
            complete = true;
            LOG.info("backup {} is complete", target);
            return target;
        } catch (SQLException e) {
            throw Sql.failed(part, "the backup cannot be made", e);
        } catch (IOException e) {
            throw failed(e);
        } finally {
            if (!complete) {
                deleteQuietly(part);
            }
        }
    }

    /** Makes the directory, and takes away what a kill has left of others. */
    private void begin(Path part) throws IOException {
        Files.createDirectories(settings.backups());
        try (Stream<Path> leftOver = Files.list(settings.backups())) {
            for (Path old :
                    leftOver.filter(file -> file.toString().endsWith(PART)).toList()) {
                LOG.info("{} was never completed and is deleted", old);
                delete(old);
            }
        }
        Files.createDirectory(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private void fill(Path part) throws SQLException, IOException {
        Space space = Space.of(part, settings.minFreeBytes());
        Progress bounded = (step, done, total) -> {
            if (space.isLow()) {
                throw new StoreFullException("The disk of the backup has less space left than min.free.bytes");
            }
            progress.at(step, done, total);
        };
        databases(part, bounded);
        OtherFiles.copy(settings.directory(), part, bounded);
        Manifest.write(part, bounded);
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

    private StoreException failed(IOException e) {
        try {
            if (Files.getFileStore(settings.backups()).getUsableSpace() < NOTHING_LEFT) {
                return new StoreFullException("There is no space for the backup: " + e.getMessage());
            }
        } catch (IOException unknown) {
            e.addSuppressed(unknown);
        }
        return new StoreException("The backup cannot be made: " + e, e);
    }

    private static void deleteQuietly(Path part) {
        try {
            delete(part);
        } catch (IOException e) {
            LOG.warn("{} is incomplete and cannot be deleted: {}", part, e.toString());
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path emptied, IOException failure) throws IOException {
                Files.delete(emptied);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Makes the content of a file, or the names in a directory, durable. */
    static void sync(Path path, boolean directory) throws IOException {
        try (FileChannel channel =
                FileChannel.open(path, directory ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Every file in a directory and those below it, as paths within it, in order. */
    static List<String> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
