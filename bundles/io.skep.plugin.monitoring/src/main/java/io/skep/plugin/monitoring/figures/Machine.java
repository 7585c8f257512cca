// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.figures;

import static io.skep.plugin.monitoring.figures.Meaning.gauge;

import io.skep.api.admin.Figures;
import io.skep.api.admin.PluginStatus;
import io.skep.api.store.StoreStatus;
import io.skep.api.task.TaskState;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;

/** What can be seen of the server, its plugins, its store and its JVM at one moment. Stateless. */
public final class Machine {
    private static final Meaning TASKS =
            gauge("core", "skep_tasks", "tasks", "Tasks in memory by state.").shown();
    private static final Meaning LAG = gauge(
                    "core", "skep_projection_lag_records", "records", "Records that the projection has yet to write.")
            .shown();
    private static final Meaning CLAIMS = gauge("core", "skep_waiting_claims", "claims", "Claims that wait for a task.")
            .shown();
    private static final Meaning MEDIAN = gauge(
            "plugins", "skep_plugin_call_median_seconds", "seconds", "Median of calls since the generation came.");
    private static final Meaning P99 = gauge(
            "plugins",
            "skep_plugin_call_p99_seconds",
            "seconds",
            "99th percentile of calls since the generation came.");
    private static final Meaning ERRORS = gauge(
            "plugins", "skep_plugin_errors_ratio", "ratio", "Share of calls that failed since the generation came.");
    private static final Meaning SERVING = gauge(
            "plugins",
            "skep_plugin_serving",
            "plugins",
            "1 for a plugin that serves, 0 for one of which nothing does.");
    private static final Meaning DISK =
            gauge("store", "skep_store_disk_free_bytes", "bytes", "What the disk of the store's directory has left.");
    private static final Meaning FILE = gauge("store", "skep_store_file_bytes", "bytes", "Size of a database.");
    private static final Meaning WAL =
            gauge("store", "skep_store_wal_bytes", "bytes", "Size of the write-ahead log of a database.");
    private static final String JVM = "jvm";
    private static final Meaning HEAP =
            gauge(JVM, "skep_jvm_heap_used_ratio", "ratio", "Heap in use, of the most that it may have.");
    private static final Meaning COLLECTING = Meaning.counter(
            JVM, "skep_jvm_gc_seconds_total", "seconds", "Time spent on collecting garbage since the start.");
    private static final Meaning UPTIME =
            gauge(JVM, "skep_jvm_uptime_seconds", "seconds", "Since the start of the JVM.");
    private static final Meaning LOAD =
            gauge(JVM, "skep_jvm_load_ratio", "ratio", "Load of the machine in the last minute, for each processor.");
    private static final Meaning DIRECT =
            gauge(JVM, "skep_jvm_direct_memory_bytes", "bytes", "Memory outside the heap that buffers use.");

    private Machine() {}

    /** Of core. */
    public static void core(Figures figures, List<Figure> to) {
        for (TaskState state : TaskState.values()) {
            Map<String, String> label = Map.of("state", state.wire());
            to.add(Figure.now(TASKS, label, figures.tasks().getOrDefault(state, 0)));
        }
        to.add(Figure.now(LAG, figures.projectionLag()));
        to.add(Figure.now(CLAIMS, figures.waitingClaims()));
    }

    /** Of the plugins; each generation that is there has figures of its own. */
    public static void plugins(List<PluginStatus> plugins, List<Figure> to) {
        for (PluginStatus plugin : plugins) {
            Map<String, String> label = Map.of(
                    "plugin", plugin.name(),
                    "version", plugin.version(),
                    "generation", Long.toString(plugin.generation()));
            PluginStatus.Load load = plugin.load();
            to.add(new Figure(MEDIAN, "", label, load.p50Micros() / 1e6, Figure.START));
            to.add(new Figure(P99, "", label, load.p99Micros() / 1e6, Figure.START));
            double errors = load.calls() == 0 ? 0 : (double) load.errors() / load.calls();
            to.add(new Figure(ERRORS, "", label, errors, Figure.START));
        }
        plugins.stream().map(PluginStatus::name).distinct().forEach(name -> {
            boolean serves = plugins.stream()
                    .anyMatch(plugin -> plugin.name().equals(name) && plugin.state() == PluginStatus.State.SERVING);
            to.add(Figure.now(SERVING, Map.of("plugin", name), serves ? 1 : 0));
        });
    }

    /** Of the store. */
    public static void store(StoreStatus store, List<Figure> to) {
        to.add(Figure.now(DISK, store.diskFreeBytes()));
        for (StoreStatus.File file : store.files()) {
            Map<String, String> label = Map.of("file", file.name());
            to.add(Figure.now(FILE, label, file.bytes()));
            to.add(Figure.now(WAL, label, file.walBytes()));
        }
    }

    /** Of the JVM and the machine. */
    public static void jvm(List<Figure> to) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        if (heap.getMax() > 0) {
            to.add(Figure.now(HEAP, (double) heap.getUsed() / heap.getMax()));
        }
        long collecting = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
        to.add(Figure.now(COLLECTING, collecting / 1000.0));
        to.add(Figure.now(UPTIME, ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0));
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        if (load >= 0) {
            to.add(Figure.now(LOAD, load / Runtime.getRuntime().availableProcessors()));
        }
        to.add(Figure.now(
                DIRECT,
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum()));
    }
}
