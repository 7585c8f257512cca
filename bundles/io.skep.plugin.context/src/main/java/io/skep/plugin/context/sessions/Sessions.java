// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import io.skep.plugin.context.items.ContextItem;
import java.util.List;
import java.util.Optional;

/**
 * The sessions of this server, for the other parts of the plugin: whoever calls has checked what its caller may do. All
 * generations of the plugin see the same. What changes something, and what reads items, reads and writes files on the calling
 * thread, which is never one of core's; it returns when the change is durable. Thread-safe.
 *
 * <p>Methods that name a session throw a {@link io.skep.plugin.base.Declination} if there is none of that id, and an {@link
 * io.skep.api.Refusal} {@code UNAVAILABLE} if its files cannot be read or written.
 */
public interface Sessions {
    /** Every session, in the order of their ids. */
    List<Session> all();

    /** The sessions of an agent, in the order of their ids. */
    List<Session> of(String agent);

    /** The session of that id. */
    Optional<Session> find(String id);

    /**
     * What the agent knows now: the context, in its order. An unmodifiable snapshot that reads items from the session's file
     * as they are asked for, best from the beginning to the end; {@link java.util.RandomAccess}. Reading it
     * after the session was erased, or its file written anew by an erasure or a repair, may fail with a {@link
     * io.skep.api.Refusal}.
     */
    Snapshot items(String id);

    /** Every item that was ever appended, in the order of numbers, likewise. */
    Snapshot archive(String id);

    /**
     * Items as of a revision.
     *
     * @param revision that they are of
     * @param tokens of all together
     * @param items themselves
     */
    record Snapshot(long revision, long tokens, List<ContextItem> items) {}

    /** Appends items, and answers their numbers. */
    List<Long> append(String id, List<Draft> drafts);

    /**
     * Puts another context in the place of the present one, as a whole, and keeps everything in the archive. What was
     * appended after {@code expected} stays, after the rest.
     *
     * @param expected the revision from whose context the new one was made
     * @param kept items of that context or of the archive, in the order wanted. One whose text (or another field but {@link
     *     ContextItem#pinned()}) differs from the archive's, as that of a pointer to a cleared tool result, stands for it in the
     *     context only.
     * @param added new items, which get numbers of their own and stand before those that are kept, for instance a summary
     * @param note why, for people
     * @throws io.skep.api.Refusal {@code CONFLICT} if the context has changed after {@code expected} otherwise than by
     *     appending, or if a pinned item is missing or differs
     */
    Session replace(String id, long expected, List<ContextItem> kept, List<Draft> added, String note);

    /** Numbers of the items that must stay, in order. */
    List<Long> pinned(String id);

    /** Tells of changes from now on, on the thread that makes them. */
    void listen(Listener listener);

    /** Who is told of changes; quick, and does not fail. */
    interface Listener {
        /** Items were appended to a session, by this generation. */
        default void appended(Session session, List<ContextItem> items) {}

        /** A session is gone, with everything in it; what was kept of it elsewhere has to go too. */
        default void erased(String session) {}

        /** What an author has said in a session is gone; what was kept of these items elsewhere has to go too. */
        default void erased(String session, List<Long> numbers) {}
    }
}
