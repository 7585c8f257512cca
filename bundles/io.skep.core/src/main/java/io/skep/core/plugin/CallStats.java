// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.admin.PluginStatus;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long a generation's calls took and how many failed. Thread-safe. Threads count apart, and a thread's histogram is
 * made with its first call, so that an idle plugin costs nothing.
 */
final class CallStats {
    /** Times are told apart from a microsecond on, to within one percent, up to ten seconds; longer ones count as ten. */
    private static final long LEAST_NANOS = 1_000;

    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int DIGITS = 2;

    private final AtomicReferenceArray<AtomicHistogram> stripes = new AtomicReferenceArray<>(InFlight.stripeCount());
    private final LongAdder errors = new LongAdder();

    /** A call has ended. */
    void ended(long nanos) {
        int stripe = InFlight.stripe();
        AtomicHistogram histogram = stripes.get(stripe);
        if (histogram == null) {
            histogram = new AtomicHistogram(LEAST_NANOS, MOST_NANOS, DIGITS);
            if (!stripes.compareAndSet(stripe, null, histogram)) {
                histogram = stripes.get(stripe);
            }
        }
        histogram.recordValue(Math.max(0, Math.min(nanos, MOST_NANOS)));
    }

    /** The call that has ended was a failure. */
    void failed() {
        errors.increment();
    }

    /** How many calls have ended. */
    long calls() {
        long calls = 0;
        for (int stripe = 0; stripe < stripes.length(); stripe++) {
            AtomicHistogram histogram = stripes.get(stripe);
            calls += histogram == null ? 0 : histogram.getTotalCount();
        }
        return calls;
    }

    /** How many of them failed. */
    long errors() {
        return errors.sum();
    }

    /** A copy of all times in nanoseconds. */
    Histogram times() {
        Histogram all = new Histogram(LEAST_NANOS, MOST_NANOS, DIGITS);
        for (int stripe = 0; stripe < stripes.length(); stripe++) {
            AtomicHistogram histogram = stripes.get(stripe);
            if (histogram != null) {
                all.add(histogram);
            }
        }
        return all;
    }

    /** What operators see. */
    PluginStatus.Load load(long inFlight) {
        Histogram times = times();
        return new PluginStatus.Load(
                inFlight,
                times.getTotalCount(),
                errors(),
                micros(times.getValueAtPercentile(50)),
                micros(times.getValueAtPercentile(99)));
    }

    private static long micros(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos);
    }
}
