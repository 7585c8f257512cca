// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.items.ContextItem.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which items stay or go together: a tool call with its results. Immutable. */
final class Groups {
    private final List<List<Integer>> all = new ArrayList<>();

    Groups(Work work) {
        Map<Long, List<Integer>> calls = new HashMap<>();
        for (int i = 0; i < work.size(); i++) {
            ContextItem item = work.at(i);
            if (item == null) {
                continue;
            }
            Long about = item.about();
            List<Integer> call = item.kind() == Kind.TOOL_RESULT && about != null ? calls.get(about) : null;
            if (call != null) {
                call.add(i);
                continue;
            }
            List<Integer> group = new ArrayList<>(1);
            group.add(i);
            all.add(group);
            if (item.kind() == Kind.TOOL_CALL) {
                calls.put(item.number(), group);
            }
        }
    }

    /** The places of each group, in the order of their first ones. */
    List<List<Integer>> all() {
        return all;
    }
}
