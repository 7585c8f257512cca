// SPDX-License-Identifier: Apache-2.0

/**
 * How far trees of tasks are: a task with all its descendants. Start at {@link
 * io.skep.plugin.sharedstate.tracking.Tracking}; {@link io.skep.plugin.sharedstate.tracking.Trees} is what is known,
 * changed by each event in constant time.
 */
@NullMarked
package io.skep.plugin.sharedstate.tracking;

import org.jspecify.annotations.NullMarked;
