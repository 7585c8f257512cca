// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.List;
import java.util.random.RandomGenerator;

/** A rule by which one of several agents is chosen. Not thread-safe: some remember what they chose. */
public interface Strategy {
    /** As callers name it. */
    String name();

    /** The index of the chosen one; {@code able} is not empty. */
    int choose(List<Candidate> able, RandomGenerator random);
}
