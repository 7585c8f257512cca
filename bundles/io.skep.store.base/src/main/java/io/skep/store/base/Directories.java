// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

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
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Directories that are there whole, or not at all. */
public final class Directories {
    private static final Logger LOG = LoggerFactory.getLogger(Directories.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final String PART = ".part";
    private static final long NOTHING_LEFT = 1 << 20;

    private Directories() {}

    /** Fills a directory. */
    @FunctionalInterface
    public interface Filling {
        /** Writes all of it; on the disk on return but for the directory itself. */
        void fill(Path part, Progress progress) throws IOException;
    }

    /**
     * Makes a directory that has its name only when it is complete and on the disk.
     *
     * @param what it is, in a word
     * @param within where; what a kill has left of others there is deleted
     * @param keepFree how many bytes the disk keeps
     * @throws Refusal if the name is none, or is there already
     * @throws StoreFullException if there is no space
     */
    public static Path make(String what, Path within, String name, long keepFree, Progress progress, Filling filling) {
        if (!NAME.matcher(name).matches() || name.endsWith(PART)) {
            throw Refusal.invalid(
                    "name", "the name of a " + what + " is 1 to 64 letters, digits, dots, hyphens and underscores");
        }
        Path target = within.resolve(name);
        Path part = within.resolve(name + PART);
        boolean complete = false;
        try {
            if (Files.exists(target)) {
                throw Refusal.of(Refusal.Reason.CONFLICT, "name", "there is a " + what + " " + target + " already");
            }
            begin(within, part);
            filling.fill(part, bounded(what, part, keepFree, progress));
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            sync(within, true);
            complete = true;
            LOG.info("{} {} is complete", what, target);
            return target;
        } catch (IOException e) {
            throw failed(what, within, e);
        } finally {
            if (!complete) {
                deleteQuietly(part);
            }
        }
    }

    /** Makes the directory, and takes away what a kill has left of others. */
    private static void begin(Path within, Path part) throws IOException {
        Files.createDirectories(within);
        try (Stream<Path> leftOver = Files.list(within)) {
            for (Path old :
                    leftOver.filter(file -> file.toString().endsWith(PART)).toList()) {
                LOG.info("{} was never completed and is deleted", old);
                delete(old);
            }
        }
        Files.createDirectory(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static Progress bounded(String what, Path part, long keepFree, Progress progress) {
        return (step, done, total) -> {
            if (isLow(part, keepFree)) {
                throw new StoreFullException("The disk of the " + what + " has less space left than min.free.bytes");
            }
            progress.at(step, done, total);
        };
    }

    private static boolean isLow(Path part, long keepFree) {
        try {
            return keepFree > 0 && Files.getFileStore(part).getUsableSpace() < keepFree;
        } catch (IOException unknown) {
            // Whether there is space is then seen by writing.
            LOG.debug("the free space of {} is not known", part, unknown);
            return false;
        }
    }

    private static StoreException failed(String what, Path within, IOException e) {
        String noun = what.toLowerCase(Locale.ROOT);
        if (isLow(within, NOTHING_LEFT)) {
            return new StoreFullException("There is no space for the " + noun + ": " + e.getMessage());
        }
        return new StoreException("The " + noun + " cannot be made: " + e, e);
    }

    private static void deleteQuietly(Path part) {
        try {
            delete(part);
        } catch (IOException e) {
            LOG.warn("{} is incomplete and cannot be deleted: {}", part, e.toString());
        }
    }

    /** Deletes a directory with all that is in it, if it is there. */
    public static void delete(Path directory) throws IOException {
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
    public static void sync(Path path, boolean directory) throws IOException {
        try (FileChannel channel =
                FileChannel.open(path, directory ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Every file in a directory and those below it, as paths within it, in order. */
    public static List<String> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
