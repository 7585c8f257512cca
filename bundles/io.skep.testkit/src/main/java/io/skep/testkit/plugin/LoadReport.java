// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.HdrHistogram.Histogram;

/**
 * What became of a load.
 *
 * @param counts how the calls ended
 * @param nanos the time from when each call was due to its end, in nanoseconds; not to be changed
 * @param complaints the first twenty endings that were not as they should be, in words
 */
public record LoadReport(Counts counts, Histogram nanos, List<String> complaints) {
    /**
     * Calls by their ending.
     *
     * @param begun all that were made
     * @param answered by a plugin, rightly or wrongly
     * @param declined by a plugin
     * @param failed by a plugin, or without any ending
     * @param timedOut without an answer in time
     * @param gone for want of a provider
     * @param wrong those answered with which the checker found fault
     */
    public record Counts(long begun, long answered, long declined, long failed, long timedOut, long gone, long wrong) {
        /** Calls that have not ended. */
        public long open() {
            return begun - answered - declined - failed - timedOut - gone;
        }

        /** Calls that did not end with a right answer. */
        public long bad() {
            return begun - answered + wrong;
        }
    }

    public LoadReport {
        Objects.requireNonNull(counts);
        Objects.requireNonNull(nanos);
        complaints = List.copyOf(complaints);
    }

    /** A percentile of the time, in milliseconds. */
    public double millis(double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }

    /** The longest time, in milliseconds. */
    public double longestMillis() {
        return nanos.getMaxValue() / 1e6;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s, p50 %.3f ms, p99 %.3f ms, p99.9 %.3f ms, longest %.3f ms%s",
                counts,
                millis(50),
                millis(99),
                millis(99.9),
                longestMillis(),
                complaints.isEmpty() ? "" : ", " + complaints);
    }
}
