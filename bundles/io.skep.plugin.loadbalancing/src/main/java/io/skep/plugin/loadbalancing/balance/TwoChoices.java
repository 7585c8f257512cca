// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The less loaded of two that are drawn. After M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing"
 * (IEEE TPDS 2001).
 */
public final class TwoChoices implements Strategy {
    @Override
    public String name() {
        return "p2c";
    }

    @Override
    public int choose(List<Candidate> able, RandomGenerator random) {
        int first = random.nextInt(able.size());
        int second = random.nextInt(able.size());
        return able.get(second).load(1) < able.get(first).load(1) ? second : first;
    }
}
