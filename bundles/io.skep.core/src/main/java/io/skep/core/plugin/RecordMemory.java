// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.runtime.ObjectMethods;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JDK keeps the record class whose {@code equals} was linked last, in one place for the whole JVM ({@code
 * ObjectMethods.OBJECT_EQ}, the cache of its {@code asType}), and with it the class loader of a plugin that has gone.
 */
final class RecordMemory {
    private static final Logger LOG = LoggerFactory.getLogger(RecordMemory.class);

    private RecordMemory() {}

    /** Takes the place. */
    private record Placeholder() {}

    /** Has it remember a class of core instead. */
    // The JDK's method declares no less.
    @SuppressWarnings("checkstyle:IllegalCatch")
    static void forget() {
        try {
            ObjectMethods.bootstrap(MethodHandles.lookup(), "equals", MethodHandle.class, Placeholder.class, "");
        } catch (Throwable unexpected) {
            LOG.debug("what the JDK remembers of records stays", unexpected);
        }
    }
}
