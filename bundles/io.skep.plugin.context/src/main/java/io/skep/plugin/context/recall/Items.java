// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import io.skep.plugin.context.items.ContextItem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks for items in lists by ascending numbers, as archives are. */
final class Items {
    private Items() {}

    /** The item of that number, or null. */
    static @Nullable ContextItem find(List<ContextItem> items, long number) {
        int at = place(items, number);
        return at < items.size() && items.get(at).number() == number ? items.get(at) : null;
    }

    /** The place of the first item whose number is not below that. */
    static int place(List<ContextItem> items, long number) {
        int from = 0;
        int to = items.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (items.get(middle).number() < number) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }
}
