// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operations take; a field that may be null may be left out. */
public final class Requests {
    private Requests() {}

    /**
     * A new session.
     *
     * @param agent whose it is; null for the agent that calls
     * @param session its id, a name; null for one that is found
     * @param title what it is about
     * @param access {@code private} (the default), {@code team} or {@code public}
     * @param takesAttempts whether what the agent is given and answers in its tasks becomes items by itself
     */
    public record Open(
            @Nullable String agent,
            @Nullable String session,
            @Nullable String title,
            @Nullable String access,
            @Nullable Boolean takesAttempts) {}

    /**
     * One item.
     *
     * @param kind {@code message} (the default), {@code tool_call}, {@code tool_result}, {@code decision}, {@code fact} or
     *     {@code artefact}
     * @param text what it says
     * @param author who said or did it; null for the agent that calls
     * @param at when, milliseconds since 1970 UTC; null for now
     * @param about the number of the item that it belongs to
     * @param subject of a fact or decision what it is about
     * @param pinned whether it must stay
     */
    public record Item(
            @Nullable String kind,
            @Nullable String text,
            @Nullable String author,
            @Nullable Long at,
            @Nullable Long about,
            @Nullable String subject,
            @Nullable Boolean pinned) {}

    /**
     * Items for a session.
     *
     * @param session which
     * @param items in order, at most 1,000
     * @param key a text by which the same request is known when it comes again; null for none
     */
    public record Append(
            @Nullable String session,
            @Nullable List<Item> items,
            @Nullable String key) {}

    /**
     * Which items.
     *
     * @param session of which
     * @param from a place in the answer's order, from 0
     * @param limit at most, 1 to 1,000, by default 100; fewer if they are long
     * @param archive whether of all that were ever appended, and not only of the context
     * @param revision of the context at that revision; null for now
     */
    public record Items(
            @Nullable String session,
            @Nullable Integer from,
            @Nullable Integer limit,
            @Nullable Boolean archive,
            @Nullable Long revision) {}

    /**
     * Which sessions.
     *
     * @param agent of that agent only
     * @param open those that are open, or those that are closed; null for both
     * @param after those whose ids come after that one
     * @param limit at most, 1 to 1,000, by default 100
     */
    public record Listing(
            @Nullable String agent,
            @Nullable Boolean open,
            @Nullable String after,
            @Nullable Integer limit) {}

    /** One session. */
    public record One(@Nullable String session) {}

    /** A session, and a revision of it. */
    public record Restore(
            @Nullable String session,
            @Nullable Long revision,
            @Nullable String note) {}

    /** A session, a revision of it (null for now), and the id of the new one (null for one that is found). */
    public record Fork(
            @Nullable String session,
            @Nullable Long revision,
            @Nullable String fork) {}

    /** A session, and the number of the item after which to go on. */
    public record Export(@Nullable String session, @Nullable Long after) {}

    /** A session that is closed, or opened again. */
    public record Close(@Nullable String session, @Nullable Boolean reopen) {}

    /**
     * What is erased: a session, those of an agent or, if an author is named, all that there are; and of these only what the
     * author has said, if one is named.
     */
    public record Erase(
            @Nullable String session,
            @Nullable String agent,
            @Nullable String author) {}

    /** Items that must stay from now on, or need not any more. */
    public record Pin(
            @Nullable String session,
            @Nullable List<Long> numbers,
            @Nullable Boolean pinned) {}

    /** For whom a session is from now on. */
    public record Access(@Nullable String session, @Nullable String access) {}
}
