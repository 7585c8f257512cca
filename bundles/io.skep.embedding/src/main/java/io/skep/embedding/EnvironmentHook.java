// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import ai.onnxruntime.OrtEnvironment;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shutdown hook that closes the environment, found by the context class loader that it has from the thread that made
 * it. Where the JDK does not let us look ({@code --add-opens java.base/java.lang=ALL-UNNAMED}, which Karaf has), the
 * environment stays open, and the class loader with it, until the JVM ends.
 */
final class EnvironmentHook {
    private static final Logger LOG = LoggerFactory.getLogger(EnvironmentHook.class);

    private static final long CLOSING_MILLIS = 500;

    private final ClassLoader mark = new ClassLoader(EnvironmentHook.class.getClassLoader()) {};

    /** Makes the environment. */
    OrtEnvironment made(Supplier<OrtEnvironment> make) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(mark);
        try {
            return make.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Removes the hook, closes the environment, and lets another one be made. */
    void run() {
        try {
            Optional<Thread> hook = find();
            if (hook.isPresent() && Runtime.getRuntime().removeShutdownHook(hook.get())) {
                Field instance = OrtEnvironment.class.getDeclaredField("INSTANCE");
                instance.setAccessible(true);
                instance.set(null, null);
                hook.get().start();
                hook.get().join(CLOSING_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ReflectiveOperationException | RuntimeException e) {
            // Too late, as the JVM ends, or not allowed.
            LOG.debug("ONNX Runtime stays open until the JVM ends", e);
        }
    }

    private Optional<Thread> find() throws ReflectiveOperationException {
        Class<?> owner = Class.forName("java.lang.ApplicationShutdownHooks");
        Field field = owner.getDeclaredField("hooks");
        field.setAccessible(true);
        List<Thread> hooks;
        // Its own methods lock the class too.
        synchronized (owner) {
            Map<?, ?> map = (Map<?, ?>) field.get(null);
            hooks = map == null
                    ? List.of()
                    : map.keySet().stream().map(Thread.class::cast).toList();
        }
        return hooks.stream()
                .filter(hook -> hook.getContextClassLoader() == mark)
                .findFirst();
    }
}
