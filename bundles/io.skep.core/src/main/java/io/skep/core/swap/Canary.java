// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.admin.CanaryRule;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Compares a new generation with the one that serves, by what both did since the comparison began. The rule is fixed: the
 * new one is worse in each of three cases.
 *
 * <ul>
 *   <li>Its share of failed calls is higher by two percentage points.
 *   <li>Its 99th percentile of time is at least twice the old one's and higher by a millisecond, and one in twenty of its
 *       calls took longer than that of the old one (of which one in a hundred does): a pause of the machine that hits a few
 *       calls decides nothing.
 *   <li>Its median is at least twice the old one's and higher by a fifth of a millisecond. This tells what the 99th
 *       percentile hides on a busy machine, where waiting for a processor makes up most of both.
 * </ul>
 *
 * Smaller differences are those of code that is new to the JVM, and of what core does more about a call that is a trial.
 */
final class Canary {
    private static final double MOST_MORE_FAILURES = 0.02;
    private static final double TIMES_SLOWER = 2;
    private static final double LEAST_SLOW_SHARE = 0.05;
    /** Fewer calls than these say nothing of a 99th percentile. */
    private static final long LEAST_CALLS = 50;
    /** And fewer than these nothing of a median. */
    private static final long LEAST_CALLS_FOR_MEDIAN = 20;

    private static final long LEAST_SLOWER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LEAST_SLOWER_MEDIAN_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final CanaryRule rule;

    /**
     * What one generation did.
     *
     * @param errors calls that failed
     * @param nanos times of all calls that ended
     */
    record Sample(long errors, Histogram nanos) {
        /** What was done since an earlier look. */
        Sample since(Sample before) {
            Histogram times = nanos.copy();
            times.subtract(before.nanos);
            return new Sample(errors - before.errors, times);
        }

        long calls() {
            return nanos.getTotalCount();
        }

        double failureShare() {
            return calls() == 0 ? 0 : (double) errors / calls();
        }

        long p99() {
            return nanos.getValueAtPercentile(99);
        }

        long median() {
            return nanos.getValueAtPercentile(50);
        }
    }

    Canary(CanaryRule rule) {
        this.rule = rule;
    }

    /** Whether enough calls have ended to decide. */
    boolean isDecided(Sample candidate) {
        return candidate.calls() >= rule.calls();
    }

    /** Why the new one is worse, in words; empty if it is not. */
    Optional<String> worse(Sample old, Sample candidate) {
        return fails(old, candidate).or(() -> slowestSlower(old, candidate)).or(() -> medianSlower(old, candidate));
    }

    /** Whether it fails too often: the one case in which it is not slowness, that may pass. */
    Optional<String> fails(Sample old, Sample candidate) {
        return candidate.failureShare() < old.failureShare() + MOST_MORE_FAILURES
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "it failed %d of %d calls (%.1f %%), the old version %d of %d (%.1f %%)",
                        candidate.errors(),
                        candidate.calls(),
                        100 * candidate.failureShare(),
                        old.errors(),
                        old.calls(),
                        100 * old.failureShare()));
    }

    private Optional<String> slowestSlower(Sample old, Sample candidate) {
        // As many of the new one as were asked for do, be they fewer.
        if (old.calls() < LEAST_CALLS || candidate.calls() < Math.min(LEAST_CALLS, rule.calls())) {
            return Optional.empty();
        }
        double slower = 1
                - candidate.nanos().getCountBetweenValues(0, old.p99())
                        / (double) candidate.nanos().getTotalCount();
        return candidate.p99() < TIMES_SLOWER * old.p99()
                        || candidate.p99() - old.p99() < LEAST_SLOWER_NANOS
                        || slower < LEAST_SLOW_SHARE
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "its 99th percentile is %s, that of the old version %s; %.0f %% of its calls took longer",
                        millis(candidate.p99()),
                        millis(old.p99()),
                        100 * slower));
    }

    private static Optional<String> medianSlower(Sample old, Sample candidate) {
        return old.calls() < LEAST_CALLS_FOR_MEDIAN
                        || candidate.calls() < LEAST_CALLS_FOR_MEDIAN
                        || candidate.median() < TIMES_SLOWER * old.median()
                        || candidate.median() - old.median() < LEAST_SLOWER_MEDIAN_NANOS
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "its median is %s, that of the old version %s",
                        millis(candidate.median()),
                        millis(old.median())));
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.2f ms", nanos / (double) TimeUnit.MILLISECONDS.toNanos(1));
    }
}
