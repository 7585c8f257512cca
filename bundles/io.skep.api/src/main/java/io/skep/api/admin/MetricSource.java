// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Metrics that a bundle adds to those of the server: it publishes one of these as a service, and puts into it, again and
 * again, what is to be read. A reader takes what was put last; it runs no code of the bundle and waits for nobody, so a
 * bundle that hangs costs a scrape nothing. Thread-safe.
 */
public final class MetricSource {
    /** The most families. */
    public static final int MAX_FAMILIES = 200;

    private final LongSupplier nanos;
    private volatile Put put = new Put(List.of(), 0, 0);

    private record Put(List<MetricFamily> families, long at, long holds) {}

    /** One that has nothing yet. */
    public MetricSource() {
        this(System::nanoTime);
    }

    /** With a clock of its own, in nanoseconds as {@link System#nanoTime()}. */
    public MetricSource(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Replaces what was put before.
     *
     * @param holds for how long it counts if nothing newer is put
     * @throws IllegalArgumentException if there are more than {@value #MAX_FAMILIES}
     */
    public void put(List<MetricFamily> families, Duration holds) {
        if (families.size() > MAX_FAMILIES) {
            throw new IllegalArgumentException("there are more than " + MAX_FAMILIES + " families");
        }
        put = new Put(List.copyOf(families), nanos.getAsLong(), holds.toNanos());
    }

    /** What was put last, empty if that holds no more. */
    public List<MetricFamily> families() {
        Put last = put;
        return nanos.getAsLong() - last.at() > last.holds() ? List.of() : last.families();
    }
}
