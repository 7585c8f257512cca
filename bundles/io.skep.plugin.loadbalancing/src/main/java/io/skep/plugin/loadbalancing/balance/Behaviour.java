// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How the attempts of one agent go: their times as logarithms, since they are spread over powers of ten, newer ones
 * counting more; and how they ended. Not thread-safe.
 */
final class Behaviour {
    /** What an observation counts for when the next one comes: the last twenty make most of it. */
    private static final double DECAY = 0.95;
    /** The mean of failures is over so many attempts, about. */
    private static final double ERROR_DECAY = 0.9;
    /** An attempt that lasts still will last on: by the rule for times without memory, as long again as the mean. */
    private static final double STILL = 0.5;

    /** For so long it is remembered what more at once brought. */
    private static final long CURVE_MILLIS = 600_000;

    private final Map<String, Begun> begun = new LinkedHashMap<>();
    private final Curve curve = new Curve(CURVE_MILLIS);
    private final Outlier outlier;
    private double count;
    private double sum;
    private double squares;
    private double errors;
    private long lastBegun;
    private long attempts;
    private Estimate estimate = Estimate.UNKNOWN;

    Behaviour(Outlier outlier) {
        this.outlier = outlier;
    }

    /**
     * The times of an agent's attempts, as far as they are known.
     *
     * @param count how many they count as
     * @param mean of the logarithms
     * @param spread sum of the squared deviations from that
     */
    record Times(double count, double mean, double spread) {}

    /** When an attempt began, and as one of how many at once. */
    private record Begun(long at, int held) {}

    void begun(String attempt, long now) {
        begun.put(attempt, new Begun(now, begun.size() + 1));
        lastBegun = Math.max(lastBegun + 1, now);
    }

    /** An attempt ended; as one of how many at once it began, 0 if that was not seen. */
    int ended(String attempt, long now, boolean isGood) {
        Begun since = begun.remove(attempt);
        attempts++;
        errors = errors * ERROR_DECAY + (isGood ? 0 : 1 - ERROR_DECAY);
        outlier.ended(isGood);
        if (since != null && isGood) {
            double took = (double) (now - since.at());
            observe(took);
            curve.observe(since.held(), took, now);
        }
        return since == null ? 0 : since.held();
    }

    /** It ended in a way that says nothing of the agent. */
    void dropped(String attempt) {
        begun.remove(attempt);
    }

    void observe(double millis) {
        double log = Math.log(Math.max(1, millis));
        count = count * DECAY + 1;
        sum = sum * DECAY + log;
        squares = squares * DECAY + log * log;
    }

    /** With those that last longer already than attempts do there, or in the fleet, counted as ending soon. */
    Times times(long now, double fleetMean) {
        double n = count;
        double s = sum;
        double q = squares;
        double usual = count < 3 ? fleetMean : sum / count;
        for (Begun since : begun.values()) {
            double log = Math.log(Math.max(1.0, (double) (now - since.at())));
            if (log > usual) {
                n++;
                s += log + STILL;
                q += (log + STILL) * (log + STILL);
            }
        }
        return n == 0 ? new Times(0, 0, 0) : new Times(n, s / n, Math.max(0, q - s * s / n));
    }

    /** Takes over what another generation learned. */
    void learn(double knownCount, double mean, double spread, double knownErrors) {
        count = knownCount;
        sum = knownCount * mean;
        squares = spread + knownCount * mean * mean;
        errors = knownErrors;
    }

    Times known() {
        return count == 0
                ? new Times(0, 0, 0)
                : new Times(count, sum / count, Math.max(0, squares - sum * sum / count));
    }

    /** Forgets which attempts are under way. */
    void holdNothing() {
        begun.clear();
    }

    Curve curve() {
        return curve;
    }

    OptionalInt knee(long now) {
        return curve.knee(now);
    }

    Outlier outlier() {
        return outlier;
    }

    int held() {
        return begun.size();
    }

    long lastBegun() {
        return lastBegun;
    }

    long attempts() {
        return attempts;
    }

    double errors() {
        return errors;
    }

    Estimate estimate() {
        return estimate;
    }

    void setEstimate(Estimate next) {
        estimate = next;
    }
}
