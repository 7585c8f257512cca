// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import io.skep.plugin.context.items.ContextItem;
import org.jspecify.annotations.Nullable;

/**
 * An item as it was, that is not in the context any more, or is there with less text.
 *
 * @param item as it was
 * @param reason why
 * @param by the number of the item that is there instead; null if there is none
 */
public record Dropped(
        ContextItem item, Reason reason, @Nullable Long by) {}
