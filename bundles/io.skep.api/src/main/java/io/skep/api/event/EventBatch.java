// SPDX-License-Identifier: Apache-2.0
package io.skep.api.event;

import java.util.List;
import java.util.Objects;

/**
 * Some events and the position after them.
 *
 * @param events in the order of their shard; empty if none came in time
 * @param next where to go on
 */
public record EventBatch(List<Event> events, EventCursor next) {
    public EventBatch {
        events = List.copyOf(events);
        Objects.requireNonNull(next);
    }
}
