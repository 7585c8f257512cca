// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.Locale;

/**
 * What it did to an agent to be given another number of slots, from how its attempts went before and after, while it held
 * nearly as many as it was given. How much it does follows from that by Little's law, so that it does not matter whether
 * as many tasks were there. Immutable, and pure.
 *
 * @param before how attempts went
 * @param from slots that the agent was given then
 * @param after how they went then
 * @param to slots that it is given now
 */
public record Effect(Sample.Kept before, int from, Sample.Kept after, int to) {
    /** So many standard deviations are no chance. */
    private static final double SURE = 3;
    /** A loss of throughput that is no loss, as a logarithm: a tenth. */
    private static final double TENTH = Math.log(0.9);
    /** A change of time that is worth an action, as a logarithm: a tenth less. */
    private static final double WORTH = Math.log(0.9);
    /** More failures that are none. */
    private static final double FEW = 0.02;

    /** What slots were changed for. */
    public enum Aim {
        /** Attempts that take less time, where more at once brings little. */
        SHORTER,
        /** Attempts of which fewer fail. */
        FEWER_FAILURES,
        /** More work done. */
        MORE;

        /** The name at the edges. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What is known of an effect by now. */
    public enum Verdict {
        /** Not enough. */
        OPEN,
        /** It is better. */
        HELPED,
        /** Something else is worse. */
        HARMED
    }

    /** The logarithm of how much longer an attempt takes. */
    private double time() {
        return after.times().mean() - before.times().mean();
    }

    private double timeDoubt() {
        return before.times().count() == 0 || after.times().count() == 0
                ? Double.POSITIVE_INFINITY
                : Math.hypot(before.doubt(), after.doubt());
    }

    /** The logarithm of how much more is done. */
    private double throughput() {
        return Math.log((double) to / from) - time() + Math.log(after.success() / before.success());
    }

    private double throughputDoubt() {
        return Math.hypot(
                timeDoubt(),
                Math.hypot(before.failuresDoubt() / before.success(), after.failuresDoubt() / after.success()));
    }

    private double failures() {
        return after.failures() - before.failures();
    }

    private double failuresDoubt() {
        return Math.hypot(before.failuresDoubt(), after.failuresDoubt());
    }

    /**
     * Judges. It harmed if throughput fell by more than a tenth, or more failed, each by more than three standard
     * deviations. It helped if what it was for is better by that, throughput did not fall by more than a tenth, and not
     * more failed. Before: a time must fall by a tenth at least; throughput must rise by half of what it would if attempts
     * took no longer.
     *
     * @param least attempts without which nothing is said
     */
    public Verdict judge(Aim aim, int least) {
        if (after.ended() < least) {
            return Verdict.OPEN;
        }
        if (throughput() + SURE * throughputDoubt() < TENTH || failures() - SURE * failuresDoubt() > 0) {
            return Verdict.HARMED;
        }
        boolean isBetter = switch (aim) {
            case SHORTER -> time() + SURE * timeDoubt() < 0 && time() <= WORTH;
            case FEWER_FAILURES -> failures() + SURE * failuresDoubt() < 0;
            case MORE ->
                throughput() - SURE * throughputDoubt() > 0 && throughput() >= Math.log((double) to / from) / 2;
        };
        boolean nothingWasDone = aim == Aim.FEWER_FAILURES && before.times().count() == 0;
        return isBetter && (nothingWasDone || throughput() >= TENTH) && failures() <= FEW
                ? Verdict.HELPED
                : Verdict.OPEN;
    }

    /** In words. */
    public String inWords() {
        return String.format(
                Locale.ROOT,
                "%.0f to %.0f ms an attempt, %.0f to %.0f a minute, %.0f %% to %.0f %% failed, over %d and %d attempts",
                before.millis(),
                after.millis(),
                before.perMinute(from),
                after.perMinute(to),
                before.failures() * 100,
                after.failures() * 100,
                before.ended(),
                after.ended());
    }
}
