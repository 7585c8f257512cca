// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import io.skep.plugin.context.items.ContextItem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Says afterwards why items are not in a context. */
public final class Reasons {
    private Reasons() {}

    /**
     * Of each item that is not in the context as it was, why.
     *
     * @param all that was ever there, in its order
     * @param now the context, by number
     */
    public static Map<Long, Dropped> of(List<ContextItem> all, Map<Long, ContextItem> now) {
        Work work = new Work(all, item -> 0, Pace.FULL);
        Repeats repeats = new Repeats(work, Pace.FULL);
        repeats.dropSame();
        repeats.dropSuperseded();
        repeats.dropAlmostSame();
        Map<Long, Dropped> byRule = new HashMap<>();
        work.result().dropped().forEach(dropped -> byRule.put(dropped.item().number(), dropped));
        Map<Long, Dropped> reasons = new HashMap<>();
        for (ContextItem item : all) {
            ContextItem here = now.get(item.number());
            if (here != null && here.text().equals(item.text())) {
                continue;
            }
            Dropped rule = byRule.get(item.number());
            if (here == null) {
                reasons.put(item.number(), rule != null ? rule : new Dropped(item, Reason.BUDGET, null));
            } else if (Pointer.is(here.text())) {
                reasons.put(item.number(), rule != null ? rule : new Dropped(item, Reason.CLEARED, null));
            } else {
                reasons.put(item.number(), new Dropped(item, Reason.EXCERPTED, null));
            }
        }
        return reasons;
    }
}
