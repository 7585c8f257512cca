// SPDX-License-Identifier: Apache-2.0
package io.skep.api.store;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * How the files of a store stand. An immutable snapshot.
 *
 * @param directory where everything durable lives
 * @param backups where backups are made
 * @param diskFreeBytes what the disk of the directory has left
 * @param files the databases
 */
public record StoreStatus(Path directory, Path backups, long diskFreeBytes, List<File> files) {
    public StoreStatus {
        Objects.requireNonNull(directory);
        Objects.requireNonNull(backups);
        files = List.copyOf(files);
    }

    /**
     * A database.
     *
     * @param name of its file
     * @param bytes of its file
     * @param walBytes of its write-ahead log
     * @param freeBytes within the file, which will be used again; compacting gives them back to the disk
     */
    public record File(String name, long bytes, long walBytes, long freeBytes) {
        public File {
            Objects.requireNonNull(name);
        }
    }
}
