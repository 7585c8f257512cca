// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.balance;

import java.util.HashSet;
import java.util.Set;

/** A task of a simulation. For one thread. */
final class SimTask {
    final double submittedAt;
    final double demand;
    /** Agents that failed at it; spared as long as there are others, as core does. */
    final Set<Integer> tried = new HashSet<>();

    SimTask(double submittedAt, double demand) {
        this.submittedAt = submittedAt;
        this.demand = demand;
    }
}
