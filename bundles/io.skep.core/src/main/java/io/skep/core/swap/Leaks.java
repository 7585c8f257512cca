// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.core.plugin.Generation;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the class loaders of generations that are gone: threads that they left behind are named at once, a class loader
 * that survives several collections of the old generation of the heap is named as a leak. Thread-safe.
 */
final class Leaks {
    private static final Logger LOG = LoggerFactory.getLogger(Leaks.class);
    private static final int MAX_WATCHED = 1000;
    private static final int COLLECTIONS = 3;

    private final Deque<Watched> watched = new ArrayDeque<>();

    private record Watched(String generation, WeakReference<ClassLoader> loader, long collectionsThen) {}

    /** A generation is gone for good. */
    void watch(Generation generation) {
        ClassLoader loader = generation.origin().loader();
        if (loader == null) {
            return;
        }
        List<String> threads = threadsOf(loader);
        if (!threads.isEmpty()) {
            LOG.warn("plugin {} is gone and has left threads behind: {}", generation, threads);
        }
        synchronized (watched) {
            watched.add(new Watched(generation.toString(), new WeakReference<>(loader), fullCollections()));
            if (watched.size() > MAX_WATCHED) {
                watched.remove();
            }
        }
    }

    /** Names the class loaders that should be gone and are not; how many are still watched. */
    int look() {
        long now = fullCollections();
        synchronized (watched) {
            for (Iterator<Watched> all = watched.iterator(); all.hasNext(); ) {
                Watched next = all.next();
                if (next.loader().refersTo(null)) {
                    all.remove();
                } else if (now - next.collectionsThen() >= COLLECTIONS) {
                    all.remove();
                    LOG.warn(
                            "plugin {} leaks: its class loader was not collected; something outside still holds on to it",
                            next.generation());
                }
            }
            return watched.size();
        }
    }

    private static List<String> threadsOf(ClassLoader loader) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && belongs(thread, loader))
                .map(Thread::getName)
                .sorted()
                .toList();
    }

    private static boolean belongs(Thread thread, @Nullable ClassLoader loader) {
        return thread.getContextClassLoader() == loader || thread.getClass().getClassLoader() == loader;
    }

    /** Collections of the whole heap, or of its old part. */
    private static long fullCollections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(collector -> isOfOld(collector.getName()))
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    private static boolean isOfOld(String collector) {
        return collector.contains("Old") || collector.contains("MarkSweep") || collector.contains("Cycles");
    }
}
