// SPDX-License-Identifier: Apache-2.0

/**
 * How tasks do: what each took and cost ({@link io.skep.plugin.monitoring.performance.Facts}), by type, agent, skill and tenant
 * ({@link io.skep.plugin.monitoring.performance.Profile}), whether a new version made it worse ({@link
 * io.skep.plugin.monitoring.performance.Comparison}). Start at {@link io.skep.plugin.monitoring.performance.Performance}.
 */
@NullMarked
package io.skep.plugin.monitoring.performance;

import org.jspecify.annotations.NullMarked;
