// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.calls;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads on which JMH measures: like core's own for plugins, from which operations that are immediate are called
 * without a change of threads. Made by JMH.
 */
public final class CoreThreads extends ThreadPoolExecutor {
    /** What tells a JVM of JMH's to use them. */
    static final String KIND = "-Djmh.executor=CUSTOM";

    /** As {@link #KIND}. */
    static final String CLASS = "-Djmh.executor.class=io.skep.bench.calls.CoreThreads";

    /**
     * @param count how many there may be
     * @param prefix of their names
     */
    public CoreThreads(int count, String prefix) {
        super(
                count,
                count,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                work -> io.skep.core.plugin.CoreThreads.forPlugins(work, prefix + "-core"));
    }
}
