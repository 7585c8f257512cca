// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks.tracing;

import io.skep.api.task.TraceContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A span. Immutable.
 *
 * @param context which one
 * @param parent the id of the span above, or null for the first of a trace
 * @param name of few different values
 * @param kind how it stands to its parent
 * @param start when it began
 * @param end when it ended, or null while it lasts
 * @param attributes texts and numbers (Long) by name
 * @param events what happened meanwhile
 * @param error why it did not end well, or null
 */
public record Span(
        TraceContext context,
        @Nullable String parent,
        String name,
        Kind kind,
        Instant start,
        @Nullable Instant end,
        Map<String, Object> attributes,
        List<Happened> events,
        @Nullable String error) {

    /** How a span stands to its parent. */
    public enum Kind {
        /** Both are here. */
        INTERNAL,
        /** The parent is with who asked. */
        SERVER,
        /** What is below is with who was asked. */
        CLIENT
    }

    /** What happened at a time, and more of it. */
    public record Happened(Instant at, String name, Map<String, Object> attributes) {
        public Happened {
            Objects.requireNonNull(at);
            attributes = Map.copyOf(attributes);
        }
    }

    public Span {
        Objects.requireNonNull(context);
        Objects.requireNonNull(start);
        attributes = Map.copyOf(attributes);
        events = List.copyOf(events);
    }
}
