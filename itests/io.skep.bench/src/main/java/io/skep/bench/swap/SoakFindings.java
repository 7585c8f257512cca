// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import io.skep.bench.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What stayed behind in the JVM after hundreds of swaps, from the first look to the last. */
final class SoakFindings {
    private static final double FLAT_PERCENT = 10;

    /**
     * What a swap may leave in the heap. Flat would be none; Pax Logging and Felix keep some 11 KB of each bundle that has
     * logged or may have a configuration (docs/plugins.md, "Writing one").
     */
    private static final long KEPT_BYTES_PER_SWAP = 16 * 1024;

    /** The plugin's own threads begin so, and one version has at most so many. */
    private static final String OWN = "heavy-";

    private static final int OWN_THREADS = 4;

    private final List<Remains> remains;
    private final int step;
    private final long leaked;

    /**
     * @param remains what was found, the first when what every swap makes once has been made
     * @param step swaps from one look to the next
     * @param leaked class loaders of bundles more than at the first look
     */
    SoakFindings(List<Remains> remains, int step, long leaked) {
        this.remains = List.copyOf(remains);
        this.step = step;
        this.leaked = leaked;
    }

    List<Result> results() {
        return List.of(
                Result.count("classloaders.leaked", leaked),
                Result.count("plugin.classloaders", mostLoaders()),
                Result.of("heap.growth.percent", growth(first().heap(), last().heap()), "%"),
                Result.of("heap.growth.bytes.per.swap", heapPerSwap(), "bytes"),
                Result.of("metaspace.growth.percent", growth(first().metaspace(), last().metaspace()), "%"),
                Result.count("threads", last().threadCount()),
                Result.count(
                        "threads.left",
                        left().values().stream().mapToInt(Integer::intValue).sum()));
    }

    /** One sentence each. */
    List<String> violations(boolean judgeGrowth) {
        List<String> violations = new ArrayList<>();
        if (leaked > 0) {
            violations.add(leaked + " class loaders of bundles that are gone were not collected");
        }
        if (mostLoaders() != 1) {
            violations.add("one version serves, and " + mostLoaders() + " class loaders have the plugin's class");
        }
        double metaspace = growth(first().metaspace(), last().metaspace());
        if (judgeGrowth && heapPerSwap() > KEPT_BYTES_PER_SWAP) {
            violations.add(String.format(Locale.ROOT, "heap grew by %.0f bytes a swap", heapPerSwap()));
        }
        if (judgeGrowth && metaspace > FLAT_PERCENT) {
            violations.add(String.format(Locale.ROOT, "metaspace grew by %.1f %%", metaspace));
        }
        if (!left().isEmpty()) {
            violations.add("threads were left: " + left());
        }
        return violations;
    }

    private Remains first() {
        return remains.get(0);
    }

    private Remains last() {
        return remains.get(remains.size() - 1);
    }

    private long mostLoaders() {
        return remains.stream().mapToLong(Remains::loaders).max().orElse(0);
    }

    /** Threads that should not be there at the last look. */
    Map<String, Integer> left() {
        return last().threadsLeft(first(), OWN, OWN_THREADS);
    }

    private double heapPerSwap() {
        return (last().heap() - first().heap()) / (double) (step * Math.max(1, remains.size() - 1));
    }

    private static double growth(long first, long last) {
        return 100.0 * last / first - 100;
    }
}
