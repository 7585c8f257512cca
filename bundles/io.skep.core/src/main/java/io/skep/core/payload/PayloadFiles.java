// SPDX-License-Identifier: Apache-2.0
package io.skep.core.payload;

import io.skep.api.payload.Payload;
import io.skep.api.payload.PayloadLostException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The directory of payloads: each a file that is named by its hash, in a folder that is named by the first two digits.
 * A file's time says when it came or was last referred to anew. Uploads have files in a folder of their own, which is
 * emptied at each start. Thread-safe.
 */
final class PayloadFiles {
    private static final String INCOMING = "incoming";
    private static final int LOCKS = 64;

    private final Path directory;
    private final Clock clock;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    /** Looks at one payload's file. */
    interface Visitor {
        void visit(String sha256, BasicFileAttributes attributes) throws IOException;
    }

    /** {@code directory} is made when it is needed. */
    PayloadFiles(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** Where the payload of that hash is, or would be. */
    Path path(String sha256) {
        return directory.resolve(sha256.substring(0, 2)).resolve(sha256);
    }

    /** A new, empty file for an upload, which only its owner may read. */
    Path newPart() throws IOException {
        return Files.createTempFile(Files.createDirectories(directory.resolve(INCOMING)), "", ".part");
    }

    /** Removes what uploads have left that were cut off by the end of the server. */
    void removeParts() throws IOException {
        Path incoming = directory.resolve(INCOMING);
        if (Files.isDirectory(incoming)) {
            try (DirectoryStream<Path> parts = Files.newDirectoryStream(incoming)) {
                for (Path part : parts) {
                    Files.deleteIfExists(part);
                }
            }
        }
    }

    /**
     * Gives a file that is itself durable its place, whatever is there; durable on return.
     *
     * @return the length of what was there, or 0
     */
    long settle(Path part, String sha256) throws IOException {
        Path target = path(sha256);
        ReentrantLock lock = lock(sha256);
        lock.lock();
        try {
            Path folder = target.resolveSibling("");
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
                force(directory);
                force(directory.resolveSibling(""));
            }
            long before = Files.exists(target) ? Files.size(target) : 0;
            Files.setLastModifiedTime(part, FileTime.from(clock.instant()));
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            force(folder);
            return before;
        } finally {
            lock.unlock();
        }
    }

    /** How long it is. */
    long size(String sha256) throws PayloadLostException {
        try {
            return Files.size(path(sha256));
        } catch (NoSuchFileException e) {
            throw PayloadLostException.missing(sha256);
        } catch (IOException e) {
            throw unreadable(sha256, e);
        }
    }

    /** Keeps it for a while, since it is about to be referred to. */
    void touch(String sha256) throws PayloadLostException {
        ReentrantLock lock = lock(sha256);
        lock.lock();
        try {
            Files.setLastModifiedTime(path(sha256), FileTime.from(clock.instant()));
        } catch (NoSuchFileException e) {
            throw PayloadLostException.missing(sha256);
        } catch (IOException e) {
            throw unreadable(sha256, e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Removes it, unless its time is that or later.
     *
     * @return how long it was, or 0 if it stays or is not there
     */
    long removeIfOlder(String sha256, Instant time) throws IOException {
        ReentrantLock lock = lock(sha256);
        lock.lock();
        try {
            Path file = path(sha256);
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.lastModifiedTime().toInstant().isBefore(time)) {
                return 0;
            }
            Files.delete(file);
            return attributes.size();
        } catch (NoSuchFileException e) {
            return 0;
        } finally {
            lock.unlock();
        }
    }

    /** Looks at every payload. */
    void visit(Visitor visitor) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(directory, "[0-9a-f][0-9a-f]")) {
            for (Path folder : folders) {
                visit(folder, visitor);
            }
        }
    }

    private static void visit(Path folder, Visitor visitor) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (Payload.isHash(name)) {
                    look(file, name, visitor);
                }
            }
        }
    }

    private static void look(Path file, String name, Visitor visitor) throws IOException {
        try {
            visitor.visit(name, Files.readAttributes(file, BasicFileAttributes.class));
        } catch (NoSuchFileException gone) {
            // Removed meanwhile, by whoever may.
            return;
        }
    }

    static PayloadLostException unreadable(String sha256, IOException failure) {
        return new PayloadLostException("payload sha256:" + sha256 + " cannot be read: " + failure.getMessage());
    }

    private ReentrantLock lock(String sha256) {
        return locks[Integer.parseInt(sha256, 0, 2, 16) % LOCKS];
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
