// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a {@link BulkRequest} is. An immutable snapshot; jobs are kept in memory, a restart ends and forgets them.
 *
 * @param id by which it is found
 * @param request what was asked for
 * @param startedAt when it began
 * @param endedAt when it ended, or null while it goes on
 * @param changed tasks that were changed, or would be
 * @param skipped tasks of the query to which the action does not apply
 * @param sample ids of the first that were changed, or would be; at most {@value #MAX_SAMPLE}
 * @param error why it ended before its time, or null
 */
public record BulkJob(
        String id,
        BulkRequest request,
        Instant startedAt,
        @Nullable Instant endedAt,
        long changed,
        long skipped,
        List<String> sample,
        @Nullable String error) {
    /** The most ids of {@link #sample}. */
    public static final int MAX_SAMPLE = 20;

    public BulkJob {
        Objects.requireNonNull(id);
        Objects.requireNonNull(request);
        Objects.requireNonNull(startedAt);
        sample = List.copyOf(sample);
    }
}
