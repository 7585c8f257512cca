// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that is done with the store: an immutable snapshot.
 *
 * @param id by which it is found
 * @param kind what is done
 * @param actor who asked for it
 * @param startedAt when it began
 * @param endedAt when it ended, or null while it goes on
 * @param step what is being done, or was last
 * @param done how much of that step, in bytes, rows or pages
 * @param total how much that will be at its end, 0 if it is not known
 * @param result what came of it, in words, or null while it goes on and after a failure
 * @param error why it came to nothing, or null
 */
public record StoreJob(
        String id,
        Kind kind,
        String actor,
        Instant startedAt,
        @Nullable Instant endedAt,
        String step,
        long done,
        long total,
        @Nullable String result,
        @Nullable String error) {
    /** What is done. */
    public enum Kind {
        /** A copy of everything durable. */
        BACKUP,
        /** Space that is free within the files goes back to the disk. */
        COMPACT,
        /** The projection is written anew from the log. */
        REBUILD,
        /** A copy of everything durable for another store; no change is accepted from then on. */
        EXPORT,
        /** Such a copy is kept for the next empty store that opens. */
        IMPORT;

        /** The name in the interfaces. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public StoreJob {
        Objects.requireNonNull(id);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(actor);
        Objects.requireNonNull(startedAt);
        Objects.requireNonNull(step);
    }
}
