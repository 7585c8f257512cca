// SPDX-License-Identifier: Apache-2.0

/**
 * Makes a context smaller without losing what matters. Start at {@link
 * io.skep.plugin.context.consolidation.Consolidator}.
 */
@NullMarked
package io.skep.plugin.context.consolidation;

import org.jspecify.annotations.NullMarked;
