// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The features of a task and many agents. Not changed once made.
 *
 * @param fleet version of the fleet it was computed for
 * @param experience version of the experience
 * @param eligible the agents that were looked at; null if all were
 * @param slots the agents
 * @param features for each of them
 * @param closeness of the task to the closest text, or the share of its words that one covers
 * @param relative how much closer it is to the best agent's middle than to all tasks; means nothing before tasks have a shape
 */
record Rows(
        long fleet,
        long experience,
        @Nullable BitSet eligible,
        int[] slots,
        float[][] features,
        double closeness,
        double relative) {}
