// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Whoever has the fewest skills beside those that the task needs, so that those who can do much stay free for what only
 * they can do; among such by load and weight.
 */
public final class CapabilityAware implements Strategy {
    private final Strategy among = new Weighted();

    @Override
    public String name() {
        return "capability";
    }

    @Override
    public int choose(List<Candidate> able, RandomGenerator random) {
        int fewest = able.stream().mapToInt(Candidate::skills).min().orElse(0);
        List<Candidate> special =
                able.stream().filter(one -> one.skills() == fewest).toList();
        return able.indexOf(special.get(among.choose(special, random)));
    }
}
