// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import static org.awaitility.Awaitility.await;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.ref.WeakReference;
import java.lang.runtime.ObjectMethods;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is left of a plugin that has gone: threads, and what holds its classes. */
final class Remains {
    /** The JDK starts these for everybody, once, when somebody first needs them. */
    private static final List<String> SHARED = List.of(
            PluginCalls.THREAD,
            "ForkJoinPool.commonPool-",
            "CompletableFutureDelayScheduler",
            "Common-Cleaner",
            "process reaper",
            "awaitility",
            "Attach Listener",
            "junit-");

    private final Set<Thread> before;

    private Remains(Set<Thread> before) {
        this.before = before;
    }

    /** Notes which threads there are. */
    static Remains since() {
        return new Remains(Set.copyOf(Thread.getAllStackTraces().keySet()));
    }

    /** Waits until every thread that came since has ended. */
    void awaitNoThread(Duration patience) {
        await("threads that outlive their plugin").atMost(patience).until(this::threads, List::isEmpty);
    }

    /** Waits until what is referred to has been collected. */
    static void awaitCollected(WeakReference<?> reference, Duration patience) {
        awaitCollected("the collection of a closed plugin", reference, patience);
    }

    /** Waits until a class loader has been collected. */
    static void awaitClassesCollected(WeakReference<?> loader, Duration patience) {
        forgetRecords();
        awaitCollected(
                "the collection of a closed plugin's classes, which a static field or cache of another library may keep"
                        + " (Jackson's cache of types does, unless the mapper has a TypeFactory with a cache of its own)",
                loader,
                patience);
    }

    private static void awaitCollected(String what, WeakReference<?> reference, Duration patience) {
        await(what).atMost(patience).until(() -> {
            System.gc();
            return reference.get() == null;
        });
    }

    private List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> SHARED.stream().noneMatch(name::startsWith))
                .toList();
    }

    /** Takes the place that the JDK keeps. */
    private record Placeholder(@Nullable Placeholder component) {}

    /** As core does when a plugin goes: the JDK keeps the record classes whose methods were linked last. */
    // The JDK's method declares no less.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private static void forgetRecords() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle component = lookup.findGetter(Placeholder.class, "component", Placeholder.class);
            for (String method : List.of("equals", "hashCode", "toString")) {
                ObjectMethods.bootstrap(lookup, method, MethodHandle.class, Placeholder.class, "component", component);
            }
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
    }
}
