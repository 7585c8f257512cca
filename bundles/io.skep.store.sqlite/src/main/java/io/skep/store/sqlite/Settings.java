// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

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
 */
record Settings(Path directory, int shards, long maxPendingBytes, long minFreeBytes, long maxLogBytes) {
    static final int MAX_SHARDS = 256;

    Settings {
        require(shards >= 1 && shards <= MAX_SHARDS, "shards", shards, "1 to " + MAX_SHARDS);
        require(maxPendingBytes >= 1, "max.pending.bytes", maxPendingBytes, "at least 1");
        require(minFreeBytes >= 0, "min.free.bytes", minFreeBytes, "0 or more");
        require(maxLogBytes >= 0, "max.log.bytes", maxLogBytes, "0 or more");
        directory = directory.toAbsolutePath().normalize();
        if (directory.toString().indexOf('?') >= 0) {
            // The JDBC driver takes what follows for options.
            throw new IllegalArgumentException(
                    "directory " + directory + ": the path of a store must not contain a question mark");
        }
    }

    /**
     * The settings that a configuration stands for. Each supplier throws {@link ComponentException} where the configured
     * value is of another type.
     *
     * @throws IllegalArgumentException naming the property with the wrong value
     */
    static Settings of(
            Supplier<String> directory,
            Supplier<Integer> shards,
            Supplier<Long> maxPendingBytes,
            Supplier<Long> minFreeBytes,
            Supplier<Long> maxLogBytes) {
        return new Settings(
                directory(directory.get(), System::getProperty),
                number("shards", shards),
                number("max.pending.bytes", maxPendingBytes),
                number("min.free.bytes", minFreeBytes),
                number("max.log.bytes", maxLogBytes));
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
        return directory.equals(other.directory) && shards == other.shards && maxPendingBytes == other.maxPendingBytes;
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
        String store = property.apply("skep.store");
        if (store != null && !store.isBlank()) {
            return Path.of(store);
        }
        String karaf = property.apply("karaf.base");
        return karaf != null && !karaf.isBlank() ? Path.of(karaf, "store") : Path.of("store");
    }
}
