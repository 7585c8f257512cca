// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.List;
import java.util.random.RandomGenerator;

/** Whoever got nothing for longest, whatever it has to do. */
public final class RoundRobin implements Strategy {
    @Override
    public String name() {
        return "roundrobin";
    }

    @Override
    public int choose(List<Candidate> able, RandomGenerator random) {
        return Least.of(able, candidate -> 0);
    }
}
