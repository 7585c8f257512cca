// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import io.skep.bench.Jcmd;
import io.skep.client.Poll;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is there in the JVM after full collections. Immutable.
 *
 * @param heap live bytes
 * @param metaspace bytes in use
 * @param loaders class loaders that have loaded the plugin's class; one version serves, so there should be one
 * @param threads how many there are of each kind, that is of each name without its numbers
 */
record Remains(long heap, long metaspace, long loaders, Map<String, Integer> threads) {
    /** What a last call or its thread may still hold has gone after this. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What pools may grow by when calls come together. */
    private static final int POOL_GROWTH = 8;

    /**
     * Looks.
     *
     * @param className of the plugin
     * @param dump where the heap goes if there is more than one class loader, to see what holds the others
     */
    static Remains of(Jcmd jcmd, String className, Path dump) throws IOException, InterruptedException {
        long[] loaders = new long[1];
        if (!Poll.until(() -> (loaders[0] = jcmd.loaders(className)) <= 1, PATIENCE, Duration.ofSeconds(1))) {
            jcmd.dump(dump);
            System.out.println(loaders[0] + " class loaders have " + className + "; see " + dump);
        }
        SortedMap<String, Integer> threads = new TreeMap<>();
        // Pools number their threads, and plugins may name their version.
        jcmd.threads().forEach(name -> threads.merge(name.replaceAll("\\d+", "N"), 1, Integer::sum));
        return new Remains(jcmd.liveBytes(), jcmd.metaspaceBytes(), loaders[0], threads);
    }

    /**
     * Threads of versions that are gone, of kinds that have come since, and of pools that have grown too much.
     *
     * @param own how the plugin's own threads begin, of which one version has at most {@code ownThreads}
     */
    Map<String, Integer> threadsLeft(Remains since, String own, int ownThreads) {
        SortedMap<String, Integer> left = new TreeMap<>();
        threads.forEach((kind, count) -> {
            Integer before = since.threads.get(kind);
            int allowed = kind.startsWith(own) ? ownThreads : before == null ? 0 : before + POOL_GROWTH;
            if (count > allowed) {
                left.put(kind, count - allowed);
            }
        });
        return left;
    }

    int threadCount() {
        return threads.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "heap %,d bytes, metaspace %,d, %d class loaders of the plugin, %d threads of %d kinds",
                heap,
                metaspace,
                loaders,
                threadCount(),
                threads.size());
    }
}
