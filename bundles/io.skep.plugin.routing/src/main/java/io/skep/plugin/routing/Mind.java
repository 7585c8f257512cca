// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.plugin.routing.rank.Ranker;
import org.jspecify.annotations.Nullable;

/**
 * What a question is answered from: none of these changes without the others.
 *
 * @param ranker of the agents
 * @param roster of the same agents, by the ranker's slots
 * @param model that all the ranker's vectors are of, or null while there was none yet
 */
record Mind(Ranker ranker, Roster roster, @Nullable String model) {}
