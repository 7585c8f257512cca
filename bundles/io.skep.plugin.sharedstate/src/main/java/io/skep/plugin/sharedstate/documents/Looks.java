// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.documents;

import io.skep.plugin.sharedstate.documents.Results.Difference;
import io.skep.plugin.sharedstate.documents.Results.Found;
import io.skep.plugin.sharedstate.documents.Results.Listed;
import io.skep.plugin.sharedstate.documents.Results.Shown;
import io.skep.plugin.sharedstate.documents.Results.Watched;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What requests see in a book. */
final class Looks {
    private static final int PAGE = 100;

    /** An answer is not made longer than about so many characters: the next page has the rest. */
    private static final int PAGE_CHARS = 256 << 10;

    private Looks() {}

    static Found get(Book book, Requests.Get asked) {
        List<Shown> shown = new ArrayList<>();
        for (String key : Objects.requireNonNull(asked.keys())) {
            book.present(Requests.checkedKey("keys", key)).ifPresent(entry -> shown.add(Shown.of(key, entry)));
        }
        return new Found(book.revision(), shown);
    }

    static Listed list(Book book, Requests.Listing asked) {
        String after = Objects.requireNonNullElse(asked.after(), "");
        int limit = Objects.requireNonNullElse(asked.limit(), PAGE);
        List<Shown> page = new ArrayList<>();
        int chars = 0;
        for (Map.Entry<String, Kept.Head> entry : heads(book, asked.prefix())) {
            if (entry.getValue().deleted() || entry.getKey().compareTo(after) <= 0) {
                continue;
            }
            if (page.size() == limit || chars > PAGE_CHARS) {
                return new Listed(
                        book.revision(), page, page.get(page.size() - 1).key());
            }
            chars += entry.getValue().document().json().length();
            page.add(Shown.of(entry.getKey(), book.entry(entry.getKey(), entry.getValue())));
        }
        return new Listed(book.revision(), page, null);
    }

    private static Iterable<Map.Entry<String, Kept.Head>> heads(Book book, @Nullable String prefix) {
        return book.heads(prefix == null ? "" : prefix).entrySet();
    }

    static Watched watch(Book book, Requests.Watch asked) {
        long after = Objects.requireNonNull(asked.after());
        boolean gap = after < book.forgotten() && after > 0;
        List<Map.Entry<String, Kept.Head>> changed = new ArrayList<>();
        for (Map.Entry<String, Kept.Head> entry : heads(book, asked.prefix())) {
            if (entry.getValue().revision() > after) {
                changed.add(entry);
            }
        }
        changed.sort(Comparator.comparingLong(entry -> entry.getValue().revision()));
        return page(book, changed, after, Objects.requireNonNullElse(asked.limit(), PAGE), gap);
    }

    /** What one change made is on one page, or who goes on after its revision would miss the rest. */
    private static Watched page(
            Book book, List<Map.Entry<String, Kept.Head>> changed, long after, int limit, boolean gap) {
        List<Difference> page = new ArrayList<>();
        long last = after;
        int chars = 0;
        for (Map.Entry<String, Kept.Head> entry : changed) {
            Kept.Head head = entry.getValue();
            if (head.revision() != last && (page.size() >= limit || chars > PAGE_CHARS)) {
                return new Watched(page, last, gap);
            }
            last = head.revision();
            chars += head.document().json().length();
            page.add(Difference.of(entry.getKey(), book.entry(entry.getKey(), head)));
        }
        return new Watched(page, Math.max(after, book.revision()), gap);
    }
}
