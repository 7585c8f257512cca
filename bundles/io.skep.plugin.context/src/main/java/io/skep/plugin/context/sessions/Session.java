// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import org.jspecify.annotations.Nullable;

/**
 * A session as it stands. An immutable snapshot.
 *
 * @param id unique in the server
 * @param agent whose it is
 * @param tenant to which it belongs
 * @param owner who opened it, or null for core itself
 * @param access who may read it
 * @param title what it is about, or null
 * @param takesAttempts whether what the agent is given and answers in its tasks becomes items by itself
 * @param openedAt milliseconds since 1970 UTC
 * @param closedAt likewise, or null while it is open
 * @param changedAt when the last change was made, likewise
 * @param revision grows by one with each item that is appended and each other change of the context
 * @param items in the context now
 * @param tokens of these together
 * @param archived items ever appended
 * @param bytes of its file
 */
public record Session(
        String id,
        String agent,
        String tenant,
        @Nullable String owner,
        Access access,
        @Nullable String title,
        boolean takesAttempts,
        long openedAt,
        @Nullable Long closedAt,
        long changedAt,
        long revision,
        int items,
        long tokens,
        int archived,
        long bytes) {
    /** Who may read a session; who may change it is another matter. */
    public enum Access {
        /** Its agent, and who opened it. */
        PRIVATE,
        /** Everybody in its tenant. */
        TEAM,
        /** Everybody. */
        PUBLIC
    }

    /** Whether it takes items. */
    public boolean isOpen() {
        return closedAt == null;
    }
}
