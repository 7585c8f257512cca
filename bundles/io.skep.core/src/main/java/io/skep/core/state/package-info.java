// SPDX-License-Identifier: Apache-2.0

/** The deterministic state machine: pure transitions of tasks and agents, and the state of a shard as the sum of its changes. */
@NullMarked
package io.skep.core.state;

import org.jspecify.annotations.NullMarked;
