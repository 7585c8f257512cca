// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.BitSet;

/**
 * Whether one agent fails so much that it should get nothing for a while. Each time it comes back slowly, and is away for
 * twice as long if it fails again before it has held for as long as it was away. Not thread-safe.
 */
final class Outlier {
    private static final int WINDOW = 20;
    private static final int MOST_DOUBLINGS = 10;

    private final Ejection rule;
    private final BitSet failures = new BitSet(WINDOW);
    private long seen;
    private int inARow;
    private long ejectedUntil = Long.MIN_VALUE;
    private long lasted;
    private int times;

    Outlier(Ejection rule) {
        this.rule = rule;
    }

    void ended(boolean isGood) {
        failures.set((int) (seen++ % WINDOW), !isGood);
        inARow = isGood ? 0 : inARow + 1;
    }

    /** Whether its attempts failed too often, {@code others} being the share that fails elsewhere. */
    boolean isDue(double others) {
        int known = (int) Math.min(seen, WINDOW);
        double share = known == 0 ? 0 : (double) failures.cardinality() / known;
        boolean isMuch = inARow >= rule.inARow() || (known >= rule.inARow() * 2 && share >= rule.share());
        return isMuch && share >= 3 * others;
    }

    void eject(long now) {
        boolean heldOut = times > 0 && now - ejectedUntil > 2 * lasted + rule.returnMillis();
        times = heldOut ? 1 : Math.min(MOST_DOUBLINGS, times + 1);
        lasted = Math.min(rule.mostMillis(), rule.baseMillis() << (times - 1));
        ejectedUntil = now + lasted;
        failures.clear();
        seen = 0;
        inARow = 0;
    }

    boolean isEjected(long now) {
        return now < ejectedUntil;
    }

    long ejectedUntil() {
        return ejectedUntil;
    }

    int times() {
        return times;
    }

    /** Its part of its usual work: a tenth when it comes back, all after a while. */
    double share(long now) {
        if (times == 0 || now - ejectedUntil >= rule.returnMillis()) {
            return 1;
        }
        return isEjected(now) ? 0 : Math.max(0.1, (double) (now - ejectedUntil) / rule.returnMillis());
    }

    /** Takes over what another generation knew. */
    void learn(long until, int knownTimes) {
        ejectedUntil = until;
        times = knownTimes;
        lasted = Math.min(rule.mostMillis(), rule.baseMillis() << Math.max(0, Math.min(MOST_DOUBLINGS, times) - 1));
    }
}
