// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.stream.Stream;

/** What the figures were measured on. */
public final class Machine {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final long PROBE_NANOS = 500_000_000L;

    private Machine() {}

    /**
     * The machine in one line: processor, cores, memory, system, JDK, and how often in a second the disk of this
     * directory makes a small write durable.
     */
    public static String describe(Path directory) throws IOException {
        return String.format(
                Locale.ROOT,
                "%s, %d cores, %s, %s %s, JDK %s, %.0f syncs/s",
                cpu(),
                Runtime.getRuntime().availableProcessors(),
                memory(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"),
                syncsPerSecond(directory));
    }

    /** Appends 4 KiB again and again, each made durable, for half a second. */
    static double syncsPerSecond(Path directory) throws IOException {
        Path file = Files.createTempFile(Files.createDirectories(directory), "sync", ".probe");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(4_096);
            long begun = System.nanoTime();
            long count = 0;
            while (System.nanoTime() - begun < PROBE_NANOS) {
                channel.write(block.clear());
                channel.force(false);
                count++;
            }
            return count * 1e9 / (System.nanoTime() - begun);
        } finally {
            Files.delete(file);
        }
    }

    private static String cpu() throws IOException {
        String model = first(CPUINFO, "model name");
        return model.isEmpty() ? System.getProperty("os.arch") : model;
    }

    private static String memory() throws IOException {
        String total = first(MEMINFO, "MemTotal").replaceAll("[^0-9]", "");
        return total.isEmpty()
                ? "memory unknown"
                : String.format(Locale.ROOT, "%.1f GiB", Long.parseLong(total) / 1024.0 / 1024.0);
    }

    private static String first(Path file, String key) throws IOException {
        if (!Files.isReadable(file)) {
            return "";
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }
}
