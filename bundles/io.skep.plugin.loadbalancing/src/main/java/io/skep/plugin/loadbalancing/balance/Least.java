// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Finds the least of some. */
final class Least {
    private Least() {}

    /** The index of the one with the least of it; of several the one that got nothing for longest. */
    static int of(List<Candidate> able, ToDoubleFunction<Candidate> much) {
        int found = 0;
        double least = Double.MAX_VALUE;
        for (int i = 0; i < able.size(); i++) {
            double its = much.applyAsDouble(able.get(i));
            if (its < least
                    || (its == least
                            && able.get(i).lastBegun() < able.get(found).lastBegun())) {
                least = its;
                found = i;
            }
        }
        return found;
    }
}
