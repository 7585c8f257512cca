// SPDX-License-Identifier: Apache-2.0

/**
 * How much each agent has to do, counted anew each time from what core has, and what can go elsewhere. Start at {@link
 * io.skep.plugin.sharedstate.load.Loads}.
 */
@NullMarked
package io.skep.plugin.sharedstate.load;

import org.jspecify.annotations.NullMarked;
