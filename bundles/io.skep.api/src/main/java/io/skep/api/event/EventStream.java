// SPDX-License-Identifier: Apache-2.0
package io.skep.api.event;

import io.skep.api.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Everything that happened, in order within each shard. Readers pull, so that a slow one costs nobody anything and there
 * is nothing to unsubscribe. Thread-safe.
 */
@ProviderType
public interface EventStream {
    /** The position before the oldest event that is retained. */
    EventCursor start();

    /** The position after everything that has happened so far. */
    EventCursor end();

    /**
     * The next events after a position.
     *
     * @param from where the reader stands
     * @param max how many at most, 1 to 10,000
     * @param wait how long to wait for the first, at most one minute
     * @return the events; ends with a {@link Refusal} of {@link Refusal.Reason#NOT_FOUND} when the position is older
     *     than what is retained
     */
    CompletionStage<EventBatch> next(EventCursor from, int max, Duration wait);
}
