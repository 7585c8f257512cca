// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

/** A thread that plugins run on, and nobody else waits for. */
public final class PluginThread extends Thread {
    /** Made by {@link CoreThreads}. */
    PluginThread(Runnable work, String name) {
        super(work, name);
    }

    /** Whether the calling thread is one. */
    static boolean isCurrent() {
        return Thread.currentThread() instanceof PluginThread;
    }
}
