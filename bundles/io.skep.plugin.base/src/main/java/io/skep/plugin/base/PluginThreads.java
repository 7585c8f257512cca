// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.base;

/**
 * Makes threads that hold on to their plugin no longer than they run. Class loaders of the framework remember at times
 * for ever which thread loaded a class, namely when several load one at once (Felix 7.0.5, its class locks); with an
 * ended thread they would keep its context class loader, and so the plugin of a version that is long gone.
 */
public final class PluginThreads {
    private PluginThreads() {}

    /** A daemon, not started, in whose context the plugin's libraries find their resources. */
    public static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } finally {
                        Thread.currentThread().setContextClassLoader(null);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.setContextClassLoader(PluginThreads.class.getClassLoader());
        return thread;
    }
}
