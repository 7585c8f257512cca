// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the operations answer; fields that are null are left out. */
public final class Results {
    private Results() {}

    /**
     * What became of a context.
     *
     * @param session whose
     * @param level by which
     * @param state {@code done}; {@code unchanged} if there was nothing to do; {@code waiting} if it goes on in the
     *     background; {@code preview} if only asked for
     * @param revision of the context then; null while it is waited for
     * @param budget in tokens
     * @param itemsBefore in the context
     * @param itemsAfter likewise
     * @param tokensBefore of the context
     * @param tokensAfter likewise
     * @param reasons how many items went, or lost text, for each reason
     * @param millis that it took, with the pauses
     */
    public record Consolidation(
            String session,
            String level,
            String state,
            @Nullable Long revision,
            @Nullable Long budget,
            @Nullable Integer itemsBefore,
            @Nullable Integer itemsAfter,
            @Nullable Long tokensBefore,
            @Nullable Long tokensAfter,
            @Nullable Map<String, Integer> reasons,
            @Nullable Long millis) {}

    /**
     * An item that is not in the context, or not as it was.
     *
     * @param number of it
     * @param kind of it
     * @param reason {@code cleared}, {@code duplicate}, {@code near_duplicate}, {@code superseded}, {@code excerpted} or
     *     {@code budget}
     * @param by the number of the item that says it instead; null for none
     * @param chars of its text
     * @param begins the first 160 characters
     * @param now what stands in the context for it, at most 400 characters; null if nothing does
     */
    public record Difference(
            long number,
            String kind,
            String reason,
            @Nullable Long by,
            int chars,
            String begins,
            @Nullable String now) {}

    /** Differences in the order of numbers, and after which to go on, if there are more. */
    public record Differences(
            String session,
            long revision,
            int archived,
            int kept,
            List<Difference> differences,
            @Nullable Long next) {}

    /**
     * An item that was found.
     *
     * @param session where
     * @param number which
     * @param text what it says, at most 2,000 characters unless asked for by number
     * @param chars of the whole text
     * @param inContext whether it is in the session's context as it is here
     * @param score by which they are ordered; null if asked for by number
     */
    public record Item(
            String session,
            long number,
            String kind,
            long at,
            @Nullable String author,
            String text,
            int chars,
            boolean inContext,
            @Nullable Double score) {}

    /**
     * What was found, the best first.
     *
     * @param items themselves
     * @param encoder the model that understood the question, or {@code lexical} if it went by words only
     */
    public record Recalled(List<Item> items, String encoder) {}

    /**
     * How it goes.
     *
     * @param items that can be found
     * @param terms different ones in them
     * @param vectors how many can be found by their meaning
     * @param forgotten items for which there was no room any more
     * @param behind sessions whose newest items cannot be found yet
     * @param waiting sessions that wait to be consolidated
     * @param running the one that is consolidated now
     * @param done how often it has succeeded since the start of this version
     * @param failed how often not
     * @param encoder the model that is there, or {@code lexical}
     * @param tokenizer the vocabulary that tokens are counted by
     * @param levels what each level does
     */
    public record Status(
            long items,
            long terms,
            long vectors,
            long forgotten,
            int behind,
            int waiting,
            @Nullable String running,
            long done,
            long failed,
            String encoder,
            String tokenizer,
            Map<String, String> levels) {}
}
