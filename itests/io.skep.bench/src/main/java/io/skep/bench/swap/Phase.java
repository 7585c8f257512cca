// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import io.skep.bench.inprocess.CallLoad;
import io.skep.bench.inprocess.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What came of the calls of one phase, from both sides.
 *
 * @param nanos of all calls, from when they were due
 * @param failed calls that failed
 * @param fallback calls for which there was no plugin
 * @param seen who answered
 * @param problems some of the failures, in words
 */
record Phase(Histogram nanos, long failed, long fallback, List<Tally.Seen> seen, List<String> problems) {
    private static Phase none() {
        return new Phase(new Histogram(3), 0, 0, List.of(), List.of());
    }

    /** The phases of a load over HTTP and of one from within; calls that never ended count as failed. */
    static Map<String, Phase> merged(Map<String, Tally.Report> outside, CallLoad.State inside) {
        Map<String, Phase> phases = new TreeMap<>();
        outside.forEach((name, report) -> phases.merge(name, none().and(report, "HTTP: "), Phase::and));
        inside.phases().forEach((name, report) -> phases.merge(name, none().and(report, "inside: "), Phase::and));
        if (inside.inFlight() > 0) {
            String what = inside.inFlight() + " calls from within have not ended";
            Phase never = new Phase(new Histogram(3), inside.inFlight(), 0, List.of(), List.of(what));
            phases.merge(Level.SETTLE, never, Phase::and);
        }
        return phases;
    }

    private Phase and(Tally.Report report, String where) {
        return and(new Phase(
                report.histogram(),
                report.failed(),
                report.fallback(),
                report.seen(),
                report.problems().stream().map(problem -> where + problem).toList()));
    }

    /** Both together. */
    Phase and(Phase other) {
        Histogram both = nanos.copy();
        both.add(other.nanos);
        List<Tally.Seen> allSeen = new ArrayList<>(seen);
        allSeen.addAll(other.seen);
        List<String> all = new ArrayList<>(problems);
        all.addAll(other.problems);
        return new Phase(both, failed + other.failed, fallback + other.fallback, allSeen, all);
    }

    /** All of them together. */
    static Phase sum(Iterable<Phase> phases) {
        Phase sum = none();
        for (Phase phase : phases) {
            sum = sum.and(phase);
        }
        return sum;
    }

    long calls() {
        return nanos.getTotalCount();
    }

    double millis(double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }

    double longestMillis() {
        return nanos.getMaxValue() / 1e6;
    }

    /** Generations that answered a call that was begun after they were gone. */
    long late(List<Retired> retired) {
        Objects.requireNonNull(retired);
        return seen.stream()
                .filter(one -> retired.stream().anyMatch(gone -> gone.hasAnsweredLate(one)))
                .count();
    }
}
