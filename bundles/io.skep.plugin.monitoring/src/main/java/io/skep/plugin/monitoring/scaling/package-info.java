// SPDX-License-Identifier: Apache-2.0

/**
 * How many agents there are of a kind: decisions that are carried out. {@link
 * io.skep.plugin.monitoring.scaling.Scaling} looks, {@link io.skep.plugin.monitoring.scaling.Decider} decides, a {@link
 * io.skep.api.agent.Scaler} does it. {@code docs/scaling-agents.md} has the formulas and where they come from.
 */
@NullMarked
package io.skep.plugin.monitoring.scaling;

import org.jspecify.annotations.NullMarked;
