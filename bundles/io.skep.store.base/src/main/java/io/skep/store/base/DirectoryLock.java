// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import io.skep.api.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The lock on a store's directory, held by one instance in the whole machine from {@link #take} to {@link #close}. */
public final class DirectoryLock implements AutoCloseable {
    private final String claim;
    private final FileChannel channel;

    private DirectoryLock(String claim, FileChannel channel) {
        this.claim = claim;
        this.channel = channel;
    }

    /**
     * Makes the directory if need be, accessible to its owner only, and locks it.
     *
     * @throws StoreException if somebody else holds it, naming the directory and, where known, the holder
     */
    public static DirectoryLock take(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
            return lock(directory.toRealPath());
        } catch (IOException e) {
            throw new StoreException("The store directory " + directory + " cannot be used: " + e, e);
        }
    }

    /**
     * The operating system's lock belongs to the process and is lost as soon as the process closes any descriptor of
     * the file, so a second attempt within this process must not even open it. Bundles of different class loaders share
     * nothing but the system properties: hence a claim there first.
     */
    private static DirectoryLock lock(Path directory) throws IOException {
        String claim = "io.skep.store.lock:" + directory;
        if (System.getProperties().putIfAbsent(claim, "held") != null) {
            throw held(directory, "this process, pid " + ProcessHandle.current().pid());
        }
        boolean locked = false;
        try {
            DirectoryLock lock = lockFile(directory, claim);
            locked = true;
            return lock;
        } finally {
            if (!locked) {
                System.getProperties().remove(claim);
            }
        }
    }

    private static DirectoryLock lockFile(Path directory, String claim) throws IOException {
        Path file = directory.resolve("lock");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
            if (lock == null) {
                throw held(directory, "pid " + read(channel));
            }
            channel.truncate(0);
            channel.write(StandardCharsets.US_ASCII.encode(
                    Long.toString(ProcessHandle.current().pid())));
            return new DirectoryLock(claim, channel);
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(20);
        channel.read(content, 0);
        return content.position() == 0
                ? "unknown"
                : StandardCharsets.US_ASCII.decode(content.flip()).toString();
    }

    private static StoreException held(Path directory, String holder) {
        return new StoreException("The store directory " + directory + " is in use by another server (" + holder + ")");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StoreException("The lock of the store cannot be released", e);
        } finally {
            System.getProperties().remove(claim);
        }
    }
}
