// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.BitSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Among whom to rank, and what is known besides the task.
 *
 * @param eligible slots of the agents that may be taken; null for all. Not changed afterwards
 * @param context for agents that did earlier work which the task may point to, how much so, 0 to 1
 * @param loads for each slot the share of its agents' slots that is in use, 0 to 1; may be shorter
 * @param limit how many to answer
 * @param explore whether another than the best may be picked
 */
public record Ask(@Nullable BitSet eligible, Map<String, Double> context, float[] loads, int limit, boolean explore) {
    /** All agents, no context, no load. */
    public static Ask anybody(int limit, boolean explore) {
        return new Ask(null, Map.of(), new float[0], limit, explore);
    }
}
