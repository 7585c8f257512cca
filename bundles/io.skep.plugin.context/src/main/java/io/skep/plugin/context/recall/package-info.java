// SPDX-License-Identifier: Apache-2.0

/**
 * The capability {@code context_consolidation}: consolidates sessions in the background, says what was dropped and why, and
 * finds it again. Start at {@link io.skep.plugin.context.recall.ContextConsolidation}.
 */
@NullMarked
package io.skep.plugin.context.recall;

import org.jspecify.annotations.NullMarked;
