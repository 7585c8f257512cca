// SPDX-License-Identifier: Apache-2.0
/**
 * What a capability call costs over a call of the plugin's method, by JMH. Start at {@link io.skep.bench.calls.CallCosts}.
 */
@NullMarked
package io.skep.bench.calls;

import org.jspecify.annotations.NullMarked;
