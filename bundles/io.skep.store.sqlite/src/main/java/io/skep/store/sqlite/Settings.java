// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.store.base.StoreKind;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.osgi.service.component.ComponentException;

/**
 * The configuration, checked. Immutable.
 *
 * @param directory where everything durable lives, absolute
 * @param shards how many shards the log is laid out for, 1 to {@value #MAX_SHARDS}; fixed when the directory is made
 * @param maxPendingBytes how many bytes of appends may wait for the writer before further ones are rejected
 * @param minFreeBytes the store counts as full when the disk has less space left than this; 0 to find out by failing
 * @param maxLogBytes size that {@code log.db} may reach, 0 for no limit
 * @param backups where backups are made, absolute, not within the directory
 * @param maxReadMillis how long one search of the projection may take
 */
record Settings(
        Path directory,
        int shards,
        long maxPendingBytes,
        long minFreeBytes,
        long maxLogBytes,
        Path backups,
        long maxReadMillis) {
    static final int MAX_SHARDS = 256;
    static final long DEFAULT_READ_MILLIS = 10_000;

    Settings {
        require(shards >= 1 && shards <= MAX_SHARDS, "shards", shards, "1 to " + MAX_SHARDS);
        require(maxPendingBytes >= 1, "max.pending.bytes", maxPendingBytes, "at least 1");
        require(minFreeBytes >= 0, "min.free.bytes", minFreeBytes, "0 or more");
        require(maxLogBytes >= 0, "max.log.bytes", maxLogBytes, "0 or more");
        require(maxReadMillis >= 1, "max.read.millis", maxReadMillis, "at least 1");
        directory = directory.toAbsolutePath().normalize();
        backups = backups.toAbsolutePath().normalize();
        if (backups.startsWith(directory)) {
            throw new IllegalArgumentException(
                    "backup.directory " + backups + " is within the store, of which backups are copies");
        }
        if (directory.toString().indexOf('?') >= 0) {
            // The JDBC driver takes what follows for options.
            throw new IllegalArgumentException(
                    "directory " + directory + ": the path of a store must not contain a question mark");
        }
    }

    /** With the defaults for backups and searches. */
    Settings(Path directory, int shards, long maxPendingBytes, long minFreeBytes, long maxLogBytes) {
        this(directory, shards, maxPendingBytes, minFreeBytes, maxLogBytes, beside(directory), DEFAULT_READ_MILLIS);
    }

    /**
     * The settings that a configuration stands for. Each supplier throws {@link ComponentException} where the configured
     * value is of another type.
     *
     * @throws IllegalArgumentException naming the property with the wrong value
     */
    static Settings of(Values values) {
        Path directory = directory(values.directory().get(), System::getProperty);
        String backups = values.backups().get();
        return new Settings(
                directory,
                number("shards", values.shards()),
                number("max.pending.bytes", values.maxPendingBytes()),
                number("min.free.bytes", values.minFreeBytes()),
                number("max.log.bytes", values.maxLogBytes()),
                backups.isBlank() ? beside(directory) : Path.of(backups.strip()),
                number("max.read.millis", values.maxReadMillis()));
    }

    /** What is configured, each as it is asked for. */
    record Values(
            Supplier<String> directory,
            Supplier<Integer> shards,
            Supplier<Long> maxPendingBytes,
            Supplier<Long> minFreeBytes,
            Supplier<Long> maxLogBytes,
            Supplier<String> backups,
            Supplier<Long> maxReadMillis) {}

    /** Where backups of a store are made unless something else is configured. */
    static Path beside(Path directory) {
        return directory.toAbsolutePath().normalize().resolveSibling("backups");
    }

    private static <T> T number(String name, Supplier<T> value) {
        try {
            return value.get();
        } catch (ComponentException | NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a whole number", e);
        }
    }

    /** Whether the two differ at most in what can be changed while the store is open. */
    boolean sameLayout(Settings other) {
        return directory.equals(other.directory)
                && shards == other.shards
                && maxPendingBytes == other.maxPendingBytes
                && backups.equals(other.backups)
                && maxReadMillis == other.maxReadMillis;
    }

    private static void require(boolean valid, String name, long value, String range) {
        if (!valid) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be " + range);
        }
    }

    /**
     * The directory to use.
     *
     * @param configured from the configuration, blank if not given
     * @param property looks a system property up, null if absent
     */
    static Path directory(String configured, UnaryOperator<String> property) {
        if (!configured.isBlank()) {
            return Path.of(configured.strip());
        }
        return StoreKind.directory(property);
    }
}
