// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.performance;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.apache.commons.math3.stat.inference.MannWhitneyUTest;
import org.jspecify.annotations.Nullable;

/**
 * How long tasks of one type took with a version of an agent or a plugin, and with the version before: the last {@value
 * #KEPT} of each. It became worse when the Mann-Whitney U test (two-sided, normal approximation) says that both are of one
 * distribution with a probability of less than {@value #P}, and the median grew by a tenth or more; {@value #LEAST} of each
 * are needed. Not thread-safe.
 */
public final class Comparison {
    static final int KEPT = 100;
    static final int LEAST = 30;
    static final double P = 0.001;
    static final double GROWTH = 1.1;

    private final String kind;
    private final String subject;
    private final String type;
    private final String measure;
    private @Nullable String version;
    private @Nullable String versionBefore;
    private final Deque<Double> now = new ArrayDeque<>();
    private final Deque<Double> before = new ArrayDeque<>();

    /** All that is kept; times in seconds. */
    record Kept(
            String kind,
            String subject,
            String type,
            String measure,
            @Nullable String version,
            @Nullable String versionBefore,
            List<Double> now,
            List<Double> before) {}

    Comparison(String kind, String subject, String type, String measure) {
        this.kind = kind;
        this.subject = subject;
        this.type = type;
        this.measure = measure;
    }

    Comparison(Kept kept) {
        this(kept.kind(), kept.subject(), kept.type(), kept.measure());
        version = kept.version();
        versionBefore = kept.versionBefore();
        now.addAll(kept.now());
        before.addAll(kept.before());
    }

    Kept kept() {
        return new Kept(kind, subject, type, measure, version, versionBefore, List.copyOf(now), List.copyOf(before));
    }

    String name() {
        return name(kind, subject, type, measure);
    }

    static String name(String kind, String subject, String type, String measure) {
        return kind + '/' + subject + '/' + type + '/' + measure;
    }

    /** A task took so long with that version. */
    void add(String with, double seconds) {
        if (version == null) {
            version = with;
        } else if (!version.equals(with)) {
            turn(with);
        }
        now.addLast(seconds);
        if (now.size() > KEPT) {
            now.removeFirst();
        }
    }

    /** What goes back to the version before is compared with what it went back from. */
    private void turn(String with) {
        versionBefore = version;
        version = with;
        before.clear();
        before.addAll(now);
        now.clear();
    }

    /** Whether enough is known of both. */
    boolean isComparable() {
        return now.size() >= LEAST && before.size() >= LEAST;
    }

    /**
     * A version that made it worse.
     *
     * @param kind agent or plugin
     * @param subject its id or name
     * @param type of the tasks
     * @param measure run or wait
     * @param from the version before
     * @param to the version that is worse
     * @param medianSecondsBefore of the one
     * @param medianSeconds of the other
     * @param p the probability that such a difference is chance
     * @param samplesBefore tasks of the one
     * @param samples of the other
     */
    public record Regression(
            String kind,
            String subject,
            String type,
            String measure,
            String from,
            String to,
            double medianSecondsBefore,
            double medianSeconds,
            double p,
            int samplesBefore,
            int samples) {}

    /** Whether it became worse. */
    Optional<Regression> regression() {
        String from = versionBefore;
        String to = version;
        if (!isComparable() || from == null || to == null) {
            return Optional.empty();
        }
        double[] after = array(now);
        double[] prior = array(before);
        double median = new Median().evaluate(after);
        double medianBefore = new Median().evaluate(prior);
        if (median <= medianBefore * GROWTH) {
            return Optional.empty();
        }
        double p = new MannWhitneyUTest().mannWhitneyUTest(prior, after);
        return p >= P
                ? Optional.empty()
                : Optional.of(new Regression(
                        kind, subject, type, measure, from, to, medianBefore, median, p, prior.length, after.length));
    }

    private static double[] array(Collection<Double> of) {
        return of.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
