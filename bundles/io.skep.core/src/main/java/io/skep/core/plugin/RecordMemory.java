// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.runtime.ObjectMethods;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JDK keeps the record class of which {@code equals} was linked last, and the classes of the components of which {@code
 * hashCode} and {@code toString} were: each in one place for the whole JVM (in {@code ObjectMethods}, the caches of {@code
 * asType}), and with them the class loader of a plugin that has gone.
 */
final class RecordMemory {
    private static final Logger LOG = LoggerFactory.getLogger(RecordMemory.class);

    private static final List<String> METHODS = List.of("equals", "hashCode", "toString");

    private RecordMemory() {}

    /** Takes the place. */
    private record Placeholder(@Nullable Placeholder component) {}

    /** Has it remember a class of core instead. */
    // The JDK's method declares no less.
    @SuppressWarnings("checkstyle:IllegalCatch")
    static void forget() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle component = lookup.findGetter(Placeholder.class, "component", Placeholder.class);
            for (String method : METHODS) {
                ObjectMethods.bootstrap(lookup, method, MethodHandle.class, Placeholder.class, "component", component);
            }
        } catch (Throwable unexpected) {
            LOG.debug("what the JDK remembers of records stays", unexpected);
        }
    }
}
