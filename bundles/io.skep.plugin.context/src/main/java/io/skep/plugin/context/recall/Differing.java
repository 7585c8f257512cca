// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import io.skep.plugin.context.consolidation.Dropped;
import io.skep.plugin.context.consolidation.Reasons;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.sessions.Sessions;
import io.skep.plugin.context.sessions.Sessions.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says what is not in a context any more, and why. The reasons are found anew by the rules from what was appended, not kept:
 * so they are right after any restart, and there is nothing more to erase. Thread-safe.
 */
final class Differing {
    private static final int BEGIN_CHARS = 160;
    private static final int NOW_CHARS = 400;
    private static final int DEFAULT_PAGE = 100;

    private final Sessions sessions;

    Differing(Sessions sessions) {
        this.sessions = sessions;
    }

    Results.Differences diff(String session, Requests.Diff asked) {
        Snapshot context = sessions.items(session);
        Map<Long, ContextItem> now = new HashMap<>();
        context.items().forEach(item -> now.put(item.number(), item));
        List<ContextItem> all = List.copyOf(sessions.archive(session).items());
        Map<Long, Dropped> reasons = Reasons.of(all, now);
        int limit = asked.limit() == null ? DEFAULT_PAGE : asked.limit();
        long after = asked.after() == null ? 0 : asked.after();
        List<Results.Difference> page = new ArrayList<>();
        Long next = null;
        for (int i = Items.place(all, after + 1); i < all.size(); i++) {
            Dropped dropped = reasons.get(all.get(i).number());
            if (dropped == null) {
                continue;
            }
            if (page.size() == limit) {
                next = page.get(limit - 1).number();
                break;
            }
            page.add(difference(dropped, now.get(dropped.item().number())));
        }
        return new Results.Differences(session, context.revision(), all.size(), now.size(), page, next);
    }

    private static Results.Difference difference(Dropped dropped, @Nullable ContextItem now) {
        ContextItem item = dropped.item();
        return new Results.Difference(
                item.number(),
                Consolidating.word(item.kind()),
                Consolidating.word(dropped.reason()),
                dropped.by(),
                item.text().length(),
                begin(item.text(), BEGIN_CHARS),
                now == null ? null : begin(now.text(), NOW_CHARS));
    }

    /** The first characters, and not half of a surrogate pair. */
    static String begin(String text, int chars) {
        if (text.length() <= chars) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(chars - 1)) ? chars - 1 : chars;
        return text.substring(0, end);
    }
}
