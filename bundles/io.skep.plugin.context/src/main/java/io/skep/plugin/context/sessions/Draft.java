// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import io.skep.plugin.context.items.ContextItem;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An item that is to be appended; its number is given to it then. Immutable.
 *
 * @param kind what it is
 * @param at when it came to be, milliseconds since 1970 UTC; null for now
 * @param author see {@link ContextItem#author()}
 * @param text see {@link ContextItem#text()}
 * @param about see {@link ContextItem#about()}
 * @param subject see {@link ContextItem#subject()}
 * @param pinned see {@link ContextItem#pinned()}
 */
public record Draft(
        ContextItem.Kind kind,
        @Nullable Long at,
        @Nullable String author,
        String text,
        @Nullable Long about,
        @Nullable String subject,
        boolean pinned) {
    /** Nothing is null but what may be. */
    public Draft {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(text);
    }

    /** The item that it becomes. */
    public ContextItem numbered(long number, long now) {
        return new ContextItem(number, kind, at == null ? now : at, author, text, about, subject, pinned);
    }
}
