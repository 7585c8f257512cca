// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import io.skep.plugin.context.items.ContextItem;
import java.util.List;

/**
 * What became of a context. Immutable.
 *
 * @param kept the new context, in the order of the old one
 * @param dropped what is not in it, or not as it was, in the order of the old one
 * @param tokensBefore of the old context
 * @param tokensAfter of the new one
 */
public record Consolidated(List<ContextItem> kept, List<Dropped> dropped, long tokensBefore, long tokensAfter) {
    /** Copies the lists. */
    public Consolidated {
        kept = List.copyOf(kept);
        dropped = List.copyOf(dropped);
    }

    /** Whether it is the old context. */
    public boolean isUnchanged() {
        return dropped.isEmpty();
    }
}
