// SPDX-License-Identifier: Apache-2.0

/**
 * Service level objectives: what share of tasks must do well ({@link io.skep.plugin.monitoring.objectives.Objective}), and how
 * fast the rest uses up what may go wrong ({@link io.skep.plugin.monitoring.objectives.Budget}).
 */
@NullMarked
package io.skep.plugin.monitoring.objectives;

import org.jspecify.annotations.NullMarked;
