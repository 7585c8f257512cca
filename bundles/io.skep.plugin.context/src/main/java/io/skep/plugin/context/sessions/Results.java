// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operations answer; fields that are null are left out. */
public final class Results {
    private Results() {}

    /**
     * A session, with words in place of constants.
     *
     * @param session its id
     * @param access {@code private}, {@code team} or {@code public}
     * @param items in the context
     * @param tokens of these together
     * @param archived items ever appended
     */
    public record About(
            String session,
            String agent,
            String tenant,
            @Nullable String owner,
            String access,
            @Nullable String title,
            boolean takesAttempts,
            long openedAt,
            @Nullable Long closedAt,
            long changedAt,
            long revision,
            int items,
            long tokens,
            int archived,
            long bytes) {}

    /** Numbers of the items, in order; the revision after it, and whether they had been appended before. */
    public record Appended(List<Long> numbers, long revision, boolean repeated) {}

    /** An item, see {@link io.skep.plugin.context.items.ContextItem}; and its tokens. */
    public record Item(
            long number,
            String kind,
            long at,
            @Nullable String author,
            String text,
            @Nullable Long about,
            @Nullable String subject,
            boolean pinned,
            int tokens) {}

    /** Items of a session; how many there are in all, and from where to go on, if there are more. */
    public record Items(
            String session,
            long revision,
            List<Item> items,
            int total,
            @Nullable Integer next) {}

    /** Sessions, and after which to go on, if there are more. */
    public record Listed(List<About> sessions, @Nullable String next) {}

    /** A session, the numbers of its first 1,000 pinned items, and the numbers of its checkpoints. */
    public record Shown(About session, List<Long> pinned, List<Long> checkpoints) {}

    /** A change of a context other than by appending. */
    public record Change(long revision, long at, String what, String note) {}

    /** The revision now, the oldest that can be restored, and the newest 1,000 changes other than by appending. */
    public record Versions(String session, long revision, long oldest, List<Change> changes) {}

    /** A session as it is after a change. */
    public record Changed(About session) {}

    /** Lines of JSON, the first of the session itself, each other of an item; and after which item to go on. */
    public record Exported(
            String session, String lines, @Nullable Long next) {}

    /** How many sessions and items are gone. */
    public record Erased(int sessions, int items) {}

    /** A checkpoint that was written. */
    public record Checkpointed(String session, long generation, long revision, int items, long bytes) {}

    /** What a restoration from a checkpoint has found, see {@link Preparation.Woken}. */
    public record Recovered(
            About session, @Nullable Long generation, long before, List<Long> corrupt, boolean repaired) {}
}
