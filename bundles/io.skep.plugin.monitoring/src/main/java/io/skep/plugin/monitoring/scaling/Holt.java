// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import org.jspecify.annotations.Nullable;

/**
 * Holt's linear trend method (C. C. Holt, Forecasting seasonals and trends by exponentially weighted moving averages, ONR
 * memorandum 52, 1957) for a rate that is seen at about equal intervals, with a trend that is damped (E. S. Gardner and E.
 * McKenzie, Forecasting trends in time series, Management Science 31, 1985): what rises now does not rise for ever. Not
 * thread-safe.
 */
final class Holt {
    static final int LEAST_SAMPLES = 6;
    private static final double LEVEL = 0.5;
    private static final double TREND = 0.3;
    private static final double MILLIS = 1000;
    /** The trend fades to a third in so many seconds. */
    private static final double FADES = 30;

    private double level;
    /** Change per second. */
    private double trend;

    private int samples;
    private long at;

    /**
     * As it is kept.
     *
     * @param trend per second
     * @param at when the last sample was taken, in milliseconds since 1970
     */
    record Kept(double level, double trend, int samples, long at) {}

    /** Goes on from what was kept. */
    void become(Kept kept) {
        level = kept.level();
        trend = kept.trend();
        samples = kept.samples();
        at = kept.at();
    }

    Kept kept() {
        return new Kept(level, trend, samples, at);
    }

    /** Another sample; after a gap of more than {@code longest} milliseconds it begins anew. */
    void add(double rate, long now, long longest) {
        double seconds = (now - at) / MILLIS;
        if (samples > 0 && seconds <= 0) {
            return;
        }
        if (samples == 0 || now - at > longest) {
            level = rate;
            trend = 0;
            samples = 1;
        } else {
            double before = level;
            level = LEVEL * rate + (1 - LEVEL) * (before + trend * seconds);
            trend = TREND * (level - before) / seconds + (1 - TREND) * trend;
            samples = Math.min(samples + 1, LEAST_SAMPLES);
        }
        at = now;
    }

    /** What is expected after that time, never less than nothing; null while too little was seen. */
    @Nullable
    Double expected(long afterMillis) {
        double seconds = FADES * (1 - Math.exp(-afterMillis / MILLIS / FADES));
        return samples < LEAST_SAMPLES ? null : Math.max(0, level + trend * seconds);
    }
}
