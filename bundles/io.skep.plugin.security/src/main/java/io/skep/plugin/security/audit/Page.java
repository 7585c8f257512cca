// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.util.List;

/**
 * A part of an answer, in the order of the log.
 *
 * @param events that were found; may be fewer than asked for, even none, while there are more
 * @param next where to go on: the {@code after} of the next call; 0 if all has been read
 */
public record Page(List<AuditRecord> events, long next) {
    /** Copies the events. */
    public Page {
        events = List.copyOf(events);
    }
}
