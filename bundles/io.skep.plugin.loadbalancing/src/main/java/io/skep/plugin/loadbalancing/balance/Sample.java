// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.Objects;

/**
 * How attempts went that have something in common: their times as logarithms, and how many failed. Newer ones count more,
 * the last fifty make most of it. Not thread-safe.
 */
public final class Sample {
    private static final double DECAY = 0.98;
    private static final double LEAST_SUCCESS = 0.01;

    private final Mean log = new Mean(DECAY);
    private long ended;
    private double attempts;
    private double failed;
    private long last = Long.MIN_VALUE;

    /**
     * What is known, to be kept.
     *
     * @param ended how many ended
     * @param attempts how many that is, newer ones counting more
     * @param failed how many of those failed
     * @param times logarithms of the milliseconds of the others
     * @param last when one ended last, in milliseconds
     */
    public record Kept(long ended, double attempts, double failed, Moments times, long last) {
        public Kept {
            Objects.requireNonNull(times);
        }

        /** The share that failed, 0 to 1. */
        public double failures() {
            return attempts == 0 ? 0 : failed / attempts;
        }

        /** The share that did not, never quite 0. */
        double success() {
            return Math.max(LEAST_SUCCESS, 1 - failures());
        }

        /** What one takes, the geometric mean; 0 if none is known. */
        public double millis() {
            return times.count() == 0 ? 0 : Math.exp(times.mean());
        }

        /** One standard deviation of the logarithm of that. */
        double doubt() {
            return times.count() <= 1 ? 1 : Math.sqrt(times.spread() / times.count() / (times.count() - 1));
        }

        /** One standard deviation of the share that failed; not 0 where none or all did (A. Agresti and B. Coull, 1998). */
        double failuresDoubt() {
            double share = (failed + 2) / (attempts + 4);
            return Math.sqrt(share * (1 - share) / (attempts + 4));
        }

        /** Whether at least that share fails, and half of that so many standard deviations below too. */
        public boolean isFailing(double share, double sure) {
            return failures() >= share && failures() - sure * failuresDoubt() >= share / 2;
        }

        /** Whether one takes so many times as long as those others, beyond so many standard deviations. */
        public boolean isLonger(Kept others, double factor, double sure) {
            return times.count() > 1
                    && others.times.count() > 1
                    && times.mean() - others.times.mean() - sure * Math.hypot(doubt(), others.doubt())
                            >= Math.log(factor);
        }

        /** How many good ones come about in a minute of so many at once, by J. Little's law (1961). */
        public double perMinute(int atOnce) {
            return times.count() == 0 ? 0 : atOnce * 60_000 * (1 - failures()) / millis();
        }
    }

    /** An attempt ended after that time. */
    public void ended(double millis, boolean isGood, long now) {
        ended++;
        attempts = attempts * DECAY + 1;
        failed = failed * DECAY + (isGood ? 0 : 1);
        last = Math.max(last, now);
        if (isGood) {
            log.add(Math.log(Math.max(1, millis)));
        }
    }

    /** Knows nothing again. */
    public void clear() {
        ended = 0;
        attempts = 0;
        failed = 0;
        last = Long.MIN_VALUE;
        log.learn(Moments.NONE);
    }

    /** When one ended last; the least number there is if none has. */
    public long last() {
        return last;
    }

    /** What is known. */
    public Kept kept() {
        return new Kept(ended, attempts, failed, log.moments(), last);
    }

    /** Takes over what {@link #kept} gave. */
    public void learn(Kept known) {
        ended = known.ended();
        attempts = known.attempts();
        failed = known.failed();
        last = known.last();
        log.learn(known.times());
    }
}
