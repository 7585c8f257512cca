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
 * @param fit how well the best of them fits, on the scale of {@link Fit}
 */
record Rows(long fleet, long experience, @Nullable BitSet eligible, int[] slots, float[][] features, double fit) {}
