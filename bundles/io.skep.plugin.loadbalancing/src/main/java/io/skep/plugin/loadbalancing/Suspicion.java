// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

/**
 * How strange it is that an agent has been silent for so long, from the pauses between its beats so far: phi is minus the
 * decimal logarithm of the probability that a beat comes later still. After N. Hayashibara et al., "The phi Accrual
 * Failure Detector" (SRDS 2004). Not thread-safe.
 */
final class Suspicion {
    private static final double DECAY = 0.95;
    private static final double LEAST_BEATS = 5;
    /** No agent beats more evenly than that, so that one late beat is no alarm: a quarter of the mean. */
    private static final double LEAST_SPREAD = 0.25;

    private static final double MOST = 100;

    private long last = Long.MIN_VALUE;
    private double count;
    private double sum;
    private double squares;

    /** It was heard of last at that time, in milliseconds. */
    void heard(long at) {
        if (last != Long.MIN_VALUE && at > last) {
            double pause = (double) (at - last);
            count = count * DECAY + 1;
            sum = sum * DECAY + pause;
            squares = squares * DECAY + pause * pause;
        }
        last = Math.max(last, at);
    }

    /** 0 as long as too few beats are known. */
    double phi(long now) {
        if (count < LEAST_BEATS * DECAY * DECAY) {
            return 0;
        }
        double mean = sum / count;
        double spread = Math.max(LEAST_SPREAD * mean, Math.sqrt(Math.max(0, squares / count - mean * mean)));
        double y = (now - last - mean) / spread;
        // The logistic approximation of the normal distribution's tail.
        double e = Math.exp(-y * (1.5976 + 0.070566 * y * y));
        double later = now - last > mean ? e / (1 + e) : 1 - 1 / (1 + e);
        return Math.min(MOST, -Math.log10(later));
    }
}
