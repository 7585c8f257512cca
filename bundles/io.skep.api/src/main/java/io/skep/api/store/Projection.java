// SPDX-License-Identifier: Apache-2.0
package io.skep.api.store;

import io.skep.api.Page;
import io.skep.api.task.TaskQuery;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What is listed and searched. Written behind the log by one writer, and rebuildable from it. Methods block; core calls
 * them on threads of its own. Thread-safe for one writer and many readers. Every implementation passes {@code
 * io.skep.testkit.ProjectionContract}.
 */
@ConsumerType
public interface Projection {
    /** The number of the last record of a shard that has been written, 0 if none. */
    long applied(int shard);

    /**
     * Inserts or replaces rows and moves positions on, in one transaction.
     *
     * @param rows at most one for each id
     * @param positions for each shard the number of the last record contained, or -1 to leave it
     * @throws StoreFullException if there is no space; nothing was written
     */
    void write(List<TaskRow> rows, long[] positions);

    /** The encoded task of that id. */
    Optional<byte[]> task(String id);

    /** The encoded task of that idempotency key, the newest if there are several. */
    Optional<byte[]> taskByKey(String tenant, String idempotencyKey);

    /**
     * A page of encoded tasks, newest submission first.
     *
     * @throws io.skep.api.Refusal if the cursor is none of this projection's, or the search would take too long
     */
    Page<byte[]> tasks(TaskQuery query);

    /**
     * Rows in the order of their ids' bytes, for another store.
     *
     * @param afterId the id after which they begin; empty for the first
     * @param max how many at most
     * @return fewer than {@code max} if there are no more; texts as they are searched
     */
    List<TaskRow> rows(String afterId, int max);

    /**
     * Drops tasks that ended before a time, the oldest first.
     *
     * @param endedBeforeMillis milliseconds since 1970 UTC
     * @param max how many at most
     * @return how many; fewer than {@code max} if there are no more, or if it cannot be done now
     */
    int expire(long endedBeforeMillis, int max);
}
