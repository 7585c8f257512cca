// SPDX-License-Identifier: Apache-2.0

/**
 * The plugin {@code context-routing}: which agent fits a task ({@code semantic_routing}), what each agent is good at
 * ({@code agent_profiling}), and learning from what became of tasks ({@code performance_learning}).
 *
 * <p>Start at {@link io.skep.plugin.routing.RoutingPlugin}, which decodes, delegates and encodes; what is offered is
 * written down in {@link io.skep.plugin.routing.Offer}. The ranking itself is {@link io.skep.plugin.routing.rank.Ranker}.
 * One thread of its own follows the event stream: it keeps the roster of agents, embeds their texts, learns from the ends
 * of tasks, and writes what was learned behind. An {@link io.skep.api.embedding.Embedder} may come and go; without one
 * it goes by words. Configuration: PID {@code io.skep.plugin.routing}. A user's page: docs/routing.md.
 */
@NullMarked
package io.skep.plugin.routing;

import org.jspecify.annotations.NullMarked;
