// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.documents;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is answered of the shared documents. Immutable. */
public final class Results {
    private Results() {}

    /**
     * A document.
     *
     * @param revision of the change that made it so
     * @param owner who made it
     * @param by who changed it last
     * @param at when, in milliseconds since 1970
     */
    public record Shown(String key, long revision, @Nullable JsonNode value, String owner, String by, long at) {
        static Shown of(String key, Entry entry) {
            return new Shown(key, entry.revision(), entry.value(), entry.owner(), entry.by(), entry.at());
        }
    }

    /**
     * Some documents.
     *
     * @param revision of the tenant's last change
     * @param documents those that there are, in the order of the request
     */
    public record Found(long revision, List<Shown> documents) {}

    /**
     * Why a change was not made.
     *
     * @param key of the document or name of the lock
     * @param revision which the document is of, 0 for there being none; the lock's token, 0 if it is free
     * @param reason in words
     */
    public record Conflict(String key, long revision, String reason) {}

    /**
     * What became of a change.
     *
     * @param done whether it was made
     * @param revision of it; or of the tenant's last change if it was not made, or there was nothing to change
     * @param conflicts why it was not made
     */
    public record Changed(boolean done, long revision, List<Conflict> conflicts) {}

    /**
     * What became of a number.
     *
     * @param value what it is now
     * @param conflicts why it is what it was
     */
    public record Counted(boolean done, long revision, long value, List<Conflict> conflicts) {}

    /**
     * Some documents in the order of their keys.
     *
     * @param next after which to go on, absent if that is all
     */
    public record Listed(
            long revision, List<Shown> documents, @Nullable String next) {}

    /** One that has changed, or is gone. */
    public record Difference(
            String key,
            long revision,
            boolean deleted,
            @Nullable JsonNode value,
            String by,
            long at) {
        static Difference of(String key, Entry entry) {
            return new Difference(key, entry.revision(), entry.deleted(), entry.value(), entry.by(), entry.at());
        }
    }

    /**
     * The newest change of each document that has changed.
     *
     * @param changes in the order of their revisions
     * @param next the revision after which to go on
     * @param gap whether deletions may have been missed, since they are too long ago: list all documents then
     */
    public record Watched(List<Difference> changes, long next, boolean gap) {}

    /**
     * What became of the wish for a lock.
     *
     * @param held whether it is held by who asked
     * @param token the fencing token of who holds it, for whoever asked: 0 if somebody else does
     * @param holder who holds it
     * @param until when that ends, in milliseconds since 1970
     */
    public record Held(boolean held, long token, String holder, long until) {}

    /** Whether the lock was held by that token, and is free now. */
    public record Released(boolean released) {}

    /**
     * What became of a task that was to be delegated.
     *
     * @param won whether it was given to the agent that was named, by this very call
     * @param agent which it is for
     * @param state the task's
     * @param changed the documents; absent where another one has won
     */
    public record Delegated(
            boolean won,
            String task,
            @Nullable String agent,
            String state,
            @Nullable Changed changed) {}
}
