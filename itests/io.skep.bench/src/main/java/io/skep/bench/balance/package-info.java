// SPDX-License-Identifier: Apache-2.0
/**
 * How well the strategies of the plugin load-balancing share out work, on fleets simulated in virtual time. Start at {@link
 * io.skep.bench.balance.BalanceBench}.
 */
@NullMarked
package io.skep.bench.balance;

import org.jspecify.annotations.NullMarked;
