// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.LongStream;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.apache.commons.math3.stat.inference.MannWhitneyUTest;
import org.jspecify.annotations.Nullable;

/**
 * What one thing costs: all times in a histogram of three digits, and the last {@value #RECENT} in their order. Thread-safe.
 */
final class Cost {
    static final int RECENT = 512;
    private static final int DIGITS = 3;
    private static final long MAX_MICROS = 3_600_000_000L;
    /** Fewer of each half say nothing. */
    private static final int LEAST_HALF = 30;
    /** Two-sided; what got faster is none, so that it is chance in one case of two thousand. */
    private static final double SIGNIFICANT = 0.001;

    private static final double WORSE = 1.2;

    private final Histogram all = new Histogram(MAX_MICROS, DIGITS);
    private final long[] recent = new long[RECENT];
    private long count;
    private long failures;
    private long sumMicros;

    /**
     * The figures, times in milliseconds.
     *
     * @param count since the beginning
     * @param recent of how many the {@code recent…} figures are
     */
    record Figures(
            long count,
            long failures,
            double meanMillis,
            double p50Millis,
            double p95Millis,
            double p99Millis,
            double p999Millis,
            double maxMillis,
            int recent,
            double recentMeanMillis,
            double recentP95Millis) {}

    /**
     * A regression: the newer half of the recent times is larger by chance in less than one case of two thousand
     * (Mann-Whitney U, as monitoring compares versions), and its median by a fifth or more.
     *
     * @param p how probable it is that both halves are of one distribution
     */
    record Regression(double olderMedianMillis, double newerMedianMillis, double p) {}

    /** As it is kept. */
    record Kept(long count, long failures, long sumMicros, String histogram, List<Long> recent) {}

    /** From what is kept. */
    static Cost of(Kept kept) {
        Cost cost = new Cost();
        cost.count = kept.count();
        cost.failures = kept.failures();
        cost.sumMicros = kept.sumMicros();
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(kept.histogram()));
            cost.all.add(Histogram.decodeFromCompressedByteBuffer(bytes, 0));
        } catch (DataFormatException | IllegalArgumentException | BufferUnderflowException unreadable) {
            // The recent ones are kept beside it.
            cost.count = 0;
            cost.failures = 0;
            cost.sumMicros = 0;
        }
        List<Long> last = kept.recent();
        for (int i = 0; i < Math.min(last.size(), RECENT); i++) {
            cost.recent[(int) ((cost.count - Math.min(last.size(), RECENT) + i + RECENT) % RECENT)] = last.get(i);
        }
        return cost;
    }

    synchronized Kept kept() {
        ByteBuffer bytes = ByteBuffer.allocate(all.getNeededByteBufferCapacity());
        int length = all.encodeIntoCompressedByteBuffer(bytes);
        String histogram = Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
        return new Kept(
                count,
                failures,
                sumMicros,
                histogram,
                LongStream.of(ordered()).boxed().toList());
    }

    synchronized void record(long nanos, boolean isGood) {
        long micros = Math.max(0, Math.min(MAX_MICROS, nanos / 1_000));
        all.recordValue(micros);
        recent[(int) (count % RECENT)] = micros;
        count++;
        sumMicros += micros;
        failures += isGood ? 0 : 1;
    }

    /** Forgets the recent ones, so that what is measured from now on is judged alone. */
    synchronized void begin() {
        all.reset();
        count = 0;
        failures = 0;
        sumMicros = 0;
    }

    synchronized long count() {
        return count;
    }

    /** The recent times, oldest first. */
    private long[] ordered() {
        int size = (int) Math.min(count, RECENT);
        long[] times = new long[size];
        for (int i = 0; i < size; i++) {
            times[i] = recent[(int) ((count - size + i) % RECENT)];
        }
        return times;
    }

    synchronized Figures figures() {
        long[] times = ordered();
        long[] sorted = times.clone();
        Arrays.sort(sorted);
        double mean = times.length == 0 ? 0 : LongStream.of(times).sum() / 1_000.0 / times.length;
        return new Figures(
                count,
                failures,
                count == 0 ? 0 : sumMicros / 1_000.0 / count,
                all.getValueAtPercentile(50) / 1_000.0,
                all.getValueAtPercentile(95) / 1_000.0,
                all.getValueAtPercentile(99) / 1_000.0,
                all.getValueAtPercentile(99.9) / 1_000.0,
                all.getMaxValue() / 1_000.0,
                times.length,
                mean,
                sorted.length == 0 ? 0 : sorted[(int) Math.ceil(sorted.length * 0.95) - 1] / 1_000.0);
    }

    /** The regression that the recent times show, if they do. */
    @Nullable
    Regression regression() {
        long[] times;
        synchronized (this) {
            times = ordered();
        }
        int half = times.length / 2;
        if (half < LEAST_HALF) {
            return null;
        }
        long[] older = Arrays.copyOfRange(times, 0, half);
        long[] newer = Arrays.copyOfRange(times, times.length - half, times.length);
        double before = median(older) / 1_000.0;
        double now = median(newer) / 1_000.0;
        if (now < before * WORSE) {
            return null;
        }
        double p = new MannWhitneyUTest().mannWhitneyUTest(doubles(older), doubles(newer));
        return p < SIGNIFICANT ? new Regression(before, now, p) : null;
    }

    private static double[] doubles(long[] values) {
        return LongStream.of(values).asDoubleStream().toArray();
    }

    private static double median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2.0;
    }
}
