// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Of a few that are drawn, the fastest of those that have not too much to do, or the least loaded where all have: the
 * hot-cold lexicographic rule of B. Wydrowski et al., "Load is not what you should balance: Introducing Prequal" (NSDI
 * 2024). What takes part in their probes is known here anyway. Errors make an agent count as slower, so that one that
 * fails at once draws no work.
 */
public final class Prequal implements Strategy {
    private static final int DRAWN = 3;
    /** The quantile of the load from which on an agent is hot. */
    private static final double HOT = 0.84;

    @Override
    public String name() {
        return "prequal";
    }

    @Override
    public int choose(List<Candidate> able, RandomGenerator random) {
        double[] loads = able.stream().mapToDouble(one -> one.load(1)).sorted().toArray();
        double limit = loads[(int) Math.min(loads.length - 1.0, Math.floor(HOT * loads.length))];
        int[] drawn = random.ints(DRAWN, 0, able.size()).toArray();
        List<Candidate> few = Arrays.stream(drawn).mapToObj(able::get).toList();
        boolean isAllHot = few.stream().allMatch(one -> one.load(1) > limit);
        return drawn[
                isAllHot
                        ? Least.of(few, one -> one.load(1))
                        : Least.of(few, one -> one.load(1) > limit ? Double.MAX_VALUE : time(one))];
    }

    private static double time(Candidate one) {
        double success = Math.max(0.01, 1 - one.known().errors());
        return one.known().millis() / (success * success);
    }
}
