// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import io.skep.api.store.LogStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;

/** A store of the kind that the server uses, empty, in a directory of its own beside the server's; closing deletes it. */
final class FreshStore implements AutoCloseable {
    private final Path directory;
    private final LogStore log;

    /**
     * Opens one as Declarative Services does, by the constructor that takes the configuration, with every value at its
     * default but the directory. Bundles export no store, hence the reflection.
     *
     * @throws ReflectiveOperationException if the server's store has no such constructor
     */
    FreshStore(LogStore like) throws ReflectiveOperationException, IOException {
        directory = Files.createTempDirectory(beside(like), "bench-store");
        log = open(like.getClass());
    }

    private LogStore open(Class<?> type) throws ReflectiveOperationException {
        Constructor<?> constructor = Arrays.stream(type.getConstructors())
                .filter(c -> c.getParameterCount() == 1 && c.getParameterTypes()[0].isAnnotation())
                .findFirst()
                .orElseThrow(() -> new NoSuchMethodException(type + " is not made from a configuration"));
        Object configuration = Proxy.newProxyInstance(
                type.getClassLoader(),
                constructor.getParameterTypes(),
                (proxy, method, arguments) ->
                        method.getName().equals("directory") ? directory.toString() : method.getDefaultValue());
        return (LogStore) constructor.newInstance(configuration);
    }

    /** Where the store's directory is: on the same disk. */
    static Path beside(LogStore log) {
        return Objects.requireNonNull(log.directory().toAbsolutePath().getParent());
    }

    LogStore log() {
        return log;
    }

    @Override
    public void close() throws IOException {
        if (log instanceof AutoCloseable store) {
            close(store);
        }
        delete(directory);
    }

    @SuppressWarnings("checkstyle:IllegalCatch") // AutoCloseable says so
    private static void close(AutoCloseable store) throws IOException {
        try {
            store.close();
        } catch (Exception e) {
            throw new IOException("The store did not close", e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
