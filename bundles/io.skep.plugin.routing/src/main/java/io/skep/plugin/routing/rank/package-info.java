// SPDX-License-Identifier: Apache-2.0

/**
 * Ranks agents for a task and learns from outcomes. Plain Java without OSGi and without threads; start at {@link
 * io.skep.plugin.routing.rank.Ranker}. The bundle exports nothing: public is what the plugin and the benchmark use.
 */
@NullMarked
package io.skep.plugin.routing.rank;

import org.jspecify.annotations.NullMarked;
