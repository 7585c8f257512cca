// SPDX-License-Identifier: Apache-2.0
/**
 * How well tasks are routed to agents, on data that others wrote, beside the baselines. Start at {@link
 * io.skep.bench.routing.RoutingBench}.
 */
@NullMarked
package io.skep.bench.routing;

import org.jspecify.annotations.NullMarked;
