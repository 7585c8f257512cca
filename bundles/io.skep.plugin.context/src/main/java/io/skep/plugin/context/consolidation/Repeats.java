// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.items.ContextItem.Kind;
import io.skep.plugin.context.words.Words;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a context says more often than it has to. It is always the last that stays, as it may hold again after something else
 * held meanwhile. For one thread.
 */
final class Repeats {
    private final Work work;
    private final Pace pace;

    Repeats(Work work, Pace pace) {
        this.work = work;
        this.pace = pace;
    }

    /** All but the newest tool results become pointers. */
    void clearToolResults(int whole) {
        int left = whole;
        for (int i = work.size() - 1; i >= 0; i--) {
            pace.step();
            ContextItem item = work.at(i);
            if (item != null && item.kind() == Kind.TOOL_RESULT) {
                if (left > 0) {
                    left--;
                } else if (isClearable(item)) {
                    work.shorten(i, Pointer.to(item), Reason.CLEARED, null);
                }
            }
        }
    }

    /**
     * Messages that were said again by the same go, unless they are so short that they are answers to different questions;
     * tool results that came again become pointers, as a call must have a result.
     */
    void dropSame() {
        Map<String, Long> seen = new HashMap<>();
        for (int i = work.size() - 1; i >= 0; i--) {
            pace.step();
            ContextItem item = work.at(i);
            if (item == null || !isRepeatable(item)) {
                continue;
            }
            Long later = seen.putIfAbsent(group(item) + item.text(), item.number());
            if (later != null && !item.pinned()) {
                if (item.kind() == Kind.MESSAGE) {
                    work.drop(i, Reason.DUPLICATE, later);
                } else if (isClearable(item)) {
                    work.shorten(i, Pointer.to(item), Reason.DUPLICATE, later);
                }
            }
        }
    }

    /** Messages that were said almost again by the same go. */
    void dropAlmostSame() {
        Likeness likeness = new Likeness();
        for (int i = work.size() - 1; i >= 0; i--) {
            pace.step();
            ContextItem item = work.at(i);
            if (item != null && item.kind() == Kind.MESSAGE && isRepeatable(item)) {
                long later = likeness.seen(item.number(), group(item), item.text());
                if (later > 0 && !item.pinned()) {
                    work.drop(i, Reason.NEAR_DUPLICATE, later);
                }
            }
        }
    }

    /** Facts and decisions make room for later ones of their kind on the same subject. */
    void dropSuperseded() {
        Map<String, Long> later = new HashMap<>();
        for (int i = work.size() - 1; i >= 0; i--) {
            ContextItem item = work.at(i);
            if (item == null || (item.kind() != Kind.FACT && item.kind() != Kind.DECISION)) {
                continue;
            }
            String subject = item.subject();
            if (subject != null && !subject.isBlank()) {
                String key = item.kind() + " " + subject.strip().toLowerCase(Locale.ROOT);
                Long by = later.putIfAbsent(key, item.number());
                if (by != null && !item.pinned()) {
                    work.drop(i, Reason.SUPERSEDED, by);
                }
            }
        }
    }

    private static boolean isClearable(ContextItem item) {
        return !item.pinned() && item.text().length() >= Pointer.WORTH_CHARS && !Pointer.is(item.text());
    }

    /** Excerpts and pointers are what this made itself: were they looked at again, the second time would drop more. */
    private static boolean isRepeatable(ContextItem item) {
        return (item.kind() == Kind.MESSAGE || item.kind() == Kind.TOOL_RESULT)
                && !Pointer.is(item.text())
                && !Excerpt.is(item.text())
                && (item.kind() == Kind.TOOL_RESULT || Words.split(item.text()).size() >= Likeness.LEAST_WORDS);
    }

    private static String group(ContextItem item) {
        return item.kind() + "\n" + item.author() + "\n";
    }
}
