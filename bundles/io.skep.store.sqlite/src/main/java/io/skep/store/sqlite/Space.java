// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the disk has less space left than it should. Stopping before it is full keeps room for what must be written
 * even then: leases, trimming, and the shared memory of SQLite, for which a full disk is an error that stops the store.
 * Thread-safe.
 */
final class Space {
    private static final Logger LOG = LoggerFactory.getLogger(Space.class);

    private final LongSupplier usableBytes;
    private volatile long minFreeBytes;

    /**
     * What is left of a disk.
     *
     * @param minFreeBytes 0 for never low
     * @param usableBytes what the file system has left for us
     */
    Space(long minFreeBytes, LongSupplier usableBytes) {
        this.minFreeBytes = minFreeBytes;
        this.usableBytes = usableBytes;
    }

    static Space of(Path directory, long minFreeBytes) throws IOException {
        FileStore disk = Files.getFileStore(directory);
        return new Space(minFreeBytes, () -> usableBytes(disk));
    }

    /** What cannot be told does not stop the store: a disk that is full says so at the next write. */
    static long usableBytes(FileStore disk) {
        try {
            return disk.getUsableSpace();
        } catch (IOException e) {
            LOG.debug("{} does not say how much space it has left: {}", disk, e.toString());
            return Long.MAX_VALUE;
        }
    }

    /** Changes from when on the disk counts as full; 0 for never. */
    void keepFree(long bytes) {
        minFreeBytes = bytes;
    }

    boolean isLow() {
        long limit = minFreeBytes;
        return limit > 0 && usableBytes.getAsLong() < limit;
    }
}
