// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.core.plugin.CoreThreads;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the threads and pools of core: named, daemons, bounded. */
final class Threads {
    private static final int MAX_PLUGIN_THREADS = 256;

    private Threads() {}

    static Thread start(String name, Runnable task) {
        Thread thread = CoreThreads.daemon(task, name);
        thread.start();
        return thread;
    }

    /** A pool that refuses what does not fit its queue. */
    static ThreadPoolExecutor pool(String name, int threads, int queue) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), factory(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Threads for plugins, which take work on at once or refuse it; each plugin has its share of them. */
    static ExecutorService plugins() {
        AtomicInteger count = new AtomicInteger();
        return new ThreadPoolExecutor(
                0,
                MAX_PLUGIN_THREADS,
                30,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                work -> CoreThreads.forPlugins(work, "skep-plugin-" + count.incrementAndGet()));
    }

    private static ThreadFactory factory(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> CoreThreads.daemon(task, name + "-" + count.incrementAndGet());
    }
}
