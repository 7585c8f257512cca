// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a session besides its items. Immutable; its JSON is what is kept.
 *
 * @param id of the session
 * @param agent whose it is
 * @param tenant to which it belongs
 * @param owner who opened it, or null for core itself
 * @param access who may read it, a word
 * @param title what it is about, or null
 * @param takesAttempts whether what the agent is given and answers in its tasks becomes items
 * @param openedAt milliseconds since 1970 UTC
 * @param closedAt likewise, or null while it is open
 * @param forkedFrom the session of which it is a fork, or null
 */
public record Meta(
        String id,
        String agent,
        String tenant,
        @Nullable String owner,
        String access,
        @Nullable String title,
        boolean takesAttempts,
        long openedAt,
        @Nullable Long closedAt,
        @Nullable String forkedFrom) {
    /** Nothing is null but what may be. */
    public Meta {
        Objects.requireNonNull(id);
        Objects.requireNonNull(agent);
        Objects.requireNonNull(tenant);
        Objects.requireNonNull(access);
    }

    /** The same, closed then or, for null, open. */
    public Meta closed(@Nullable Long at) {
        return new Meta(id, agent, tenant, owner, access, title, takesAttempts, openedAt, at, forkedFrom);
    }

    /** The same for whom that word says. */
    public Meta access(String word) {
        return new Meta(id, agent, tenant, owner, word, title, takesAttempts, openedAt, closedAt, forkedFrom);
    }

    /** A fork of it. */
    public Meta fork(String newId, @Nullable String by, long at) {
        return new Meta(newId, agent, tenant, by, access, title, false, at, null, id);
    }
}
