// SPDX-License-Identifier: Apache-2.0

/**
 * Figures: what each means ({@link io.skep.plugin.monitoring.figures.Meaning}), and how they come from events ({@link
 * io.skep.plugin.monitoring.figures.Flow}) and from what is there now ({@link io.skep.plugin.monitoring.figures.Survey}).
 */
@NullMarked
package io.skep.plugin.monitoring.figures;

import org.jspecify.annotations.NullMarked;
