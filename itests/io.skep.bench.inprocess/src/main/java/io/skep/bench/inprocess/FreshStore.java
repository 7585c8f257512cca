// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import io.skep.api.store.LogStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;

/** A store of the kind that the server uses, empty, in a directory of its own beside the server's; closing deletes it. */
final class FreshStore implements AutoCloseable {
    private final Path directory;
    private final LogStore log;

    /**
     * Opens one.
     *
     * @throws ReflectiveOperationException if the server's store has no component like that of {@link #open}
     */
    FreshStore(LogStore like) throws ReflectiveOperationException, IOException {
        directory = Files.createTempDirectory(beside(like), "bench-store");
        Class<?> type = like.getClass();
        log = open(type.getClassLoader().loadClass(type.getPackageName() + ".StoreComponent"), directory);
    }

    /** It is asked for its version. */
    private static final Object BUNDLE = proxy(
            Bundle.class,
            (proxy, method, arguments) -> method.getReturnType() == Version.class ? Version.emptyVersion : null);

    /**
     * Opens a store as Declarative Services does, by the public constructor of its component, with every value of the
     * configuration at its default but the directory; what the component would register as a service is the store. A
     * bundle exports no store, hence the reflection.
     */
    static LogStore open(Class<?> component, Path directory) throws ReflectiveOperationException {
        Constructor<?> constructor = component.getConstructors()[0];
        Class<?> configuration = constructor.getParameterTypes()[1];
        AtomicReference<@Nullable Object> registered = new AtomicReference<>();
        constructor.newInstance(
                proxy(BundleContext.class, (proxy, method, arguments) -> {
                    if (method.getName().equals("registerService") && arguments[1] instanceof LogStore) {
                        registered.set(arguments[1]);
                    }
                    return method.getReturnType() == Bundle.class ? BUNDLE : null;
                }),
                proxy(
                        configuration,
                        (proxy, method, arguments) ->
                                method.getName().equals("directory") ? directory.toString() : method.getDefaultValue()),
                Map.of());
        if (registered.get() instanceof LogStore opened) {
            return opened;
        }
        throw new IllegalStateException("no store in " + directory + "; see the server's log");
    }

    private static Object proxy(Class<?> type, InvocationHandler handler) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
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
