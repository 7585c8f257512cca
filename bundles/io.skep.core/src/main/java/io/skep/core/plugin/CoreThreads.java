// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.function.Supplier;

/**
 * Makes threads that hold on to nobody. A thread inherits the context class loader and the protection domains of whoever
 * makes it; made in the middle of a plugin's call, it would keep the class loader of that plugin for as long as it lives.
 */
public final class CoreThreads {
    private CoreThreads() {}

    /** A daemon, not started. */
    public static Thread daemon(Runnable work, String name) {
        return detached(() -> new Thread(work, name));
    }

    /** A daemon for plugins to run on, not started. */
    public static PluginThread forPlugins(Runnable work, String name) {
        return detached(() -> new PluginThread(work, name));
    }

    // The only way to make a thread without the protection domains of the callers, on the JDK that Skep runs on.
    @SuppressWarnings("removal")
    private static <T extends Thread> T detached(Supplier<T> made) {
        return AccessController.doPrivileged((PrivilegedAction<T>) () -> {
            T thread = made.get();
            thread.setDaemon(true);
            thread.setContextClassLoader(CoreThreads.class.getClassLoader());
            return thread;
        });
    }
}
