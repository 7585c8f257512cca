// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.List;
import java.util.random.RandomGenerator;

/** Whoever uses the least share of its slots, each counted by the weight that was learned. */
public final class Weighted implements Strategy {
    @Override
    public String name() {
        return "weighted";
    }

    @Override
    public int choose(List<Candidate> able, RandomGenerator random) {
        return Least.of(able, candidate -> candidate.load(candidate.known().weight()));
    }
}
