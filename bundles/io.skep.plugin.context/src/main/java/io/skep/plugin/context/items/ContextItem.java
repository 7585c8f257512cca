// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.items;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an agent knows in a session. Immutable.
 *
 * @param number its place in the session, from 1; never given twice, and never changed
 * @param kind what it is
 * @param at when it came to be, milliseconds since 1970 UTC
 * @param author who said or did it, for instance an agent's id; null if that is not known
 * @param text what it says; of an {@link Kind#ARTEFACT} the reference of a payload or an address
 * @param about the number of the item that this one belongs to: of a tool result its call; null for none
 * @param subject of a fact or decision what it is about: a later one with the same subject supersedes it; null for none
 * @param pinned whether it must stay, byte for byte, whatever is consolidated
 */
public record ContextItem(
        long number,
        Kind kind,
        long at,
        @Nullable String author,
        String text,
        @Nullable Long about,
        @Nullable String subject,
        boolean pinned) {
    /** The subject of the fact that is a summary of what is not in the context any more. */
    public static final String SUMMARY = "context-management.summary";

    /** What an item is. */
    public enum Kind {
        /** Something said, by a person or an agent. */
        MESSAGE,
        /** A tool is called. */
        TOOL_CALL,
        /** What a tool answered. */
        TOOL_RESULT,
        /** Something decided, and why. */
        DECISION,
        /** Something that is so, until another fact says otherwise. */
        FACT,
        /** Something made, by reference. */
        ARTEFACT
    }

    /** Whether it is a summary that an agent wrote of other items. */
    public boolean isSummary() {
        return kind == Kind.FACT && SUMMARY.equals(subject);
    }

    /** Nothing is null but what may be. */
    public ContextItem {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(text);
        if (number < 1) {
            throw new IllegalArgumentException("number " + number + " is not positive");
        }
    }
}
