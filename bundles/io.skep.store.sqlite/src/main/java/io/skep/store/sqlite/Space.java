// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Whether the disk has less space left than it should. Stopping before it is full keeps room for what must be written
 * even then: leases, trimming, and the shared memory of SQLite, for which a full disk is an error that stops the store.
 *
 * @param minFreeBytes 0 for never
 * @param usableBytes what the file system has left for us
 */
record Space(long minFreeBytes, LongSupplier usableBytes) {
    static Space of(Path directory, long minFreeBytes) throws IOException {
        FileStore disk = Files.getFileStore(directory);
        return new Space(minFreeBytes, () -> {
            try {
                return disk.getUsableSpace();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    boolean isLow() {
        return minFreeBytes > 0 && usableBytes.getAsLong() < minFreeBytes;
    }
}
