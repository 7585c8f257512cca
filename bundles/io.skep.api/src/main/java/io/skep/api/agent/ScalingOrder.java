// SPDX-License-Identifier: Apache-2.0
package io.skep.api.agent;

import java.util.Objects;

/**
 * How large a group shall be, see {@link Scaler#scaleTo}. Immutable.
 *
 * @param group its name
 * @param from how many agents were wanted before
 * @param to how many are wanted now
 * @param decision number of the decision; those of one group grow
 * @param reason in words, for logs
 */
public record ScalingOrder(String group, int from, int to, long decision, String reason) {
    /** Checks. */
    public ScalingOrder {
        Objects.requireNonNull(group);
        Objects.requireNonNull(reason);
        if (decision < 1) {
            throw new IllegalArgumentException("decision " + decision + " is not positive");
        }
    }
}
