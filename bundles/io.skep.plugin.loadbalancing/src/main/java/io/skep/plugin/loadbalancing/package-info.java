// SPDX-License-Identifier: Apache-2.0

/**
 * The plugin {@code load-balancing}: how work is shared out among agents that can all do it ({@code adaptive_balancing}),
 * how much they can do ({@code capacity_management}), and how much they are given at once ({@code resource_optimization}).
 *
 * <p>Start at {@link io.skep.plugin.loadbalancing.LoadBalancingPlugin}, which decodes, delegates and encodes; what is
 * offered is written down in {@link io.skep.plugin.loadbalancing.Offer}. One thread of its own follows the event stream,
 * learns how the agents' attempts go ({@link io.skep.plugin.loadbalancing.balance.Fleet}), looks at the agents twice a
 * second, and advises core, which reads that where it chooses and never waits for this plugin. Memory is bounded by the
 * tasks and agents that are there. What was learned is kept as documents, see {@link io.skep.plugin.loadbalancing.Learned} and
 * {@link io.skep.plugin.loadbalancing.Ledger}. Configuration: {@link
 * io.skep.plugin.loadbalancing.Config}. A user's page: docs/balancing.md.
 */
@NullMarked
package io.skep.plugin.loadbalancing;

import org.jspecify.annotations.NullMarked;
