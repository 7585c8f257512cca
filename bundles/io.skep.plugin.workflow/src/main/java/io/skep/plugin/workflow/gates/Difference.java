// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is different in a result from the one that was judged before it. Immutable.
 *
 * @param since when the earlier one was judged, ISO-8601
 * @param changes the first of them; none if both are the same
 * @param more how many there are besides
 * @param note why there is nothing to compare, if there is not
 */
public record Difference(
        String since,
        List<Change> changes,
        int more,
        @Nullable String note) {
    /** Copies. */
    public Difference {
        changes = List.copyOf(changes);
    }

    /**
     * One place that is different. Long values are shown from a little before they differ.
     *
     * @param pointer to it as a JSON pointer, empty for the whole; what is gone is counted as it was
     * @param line within a text of several lines, from 1; null if it is no line
     * @param before JSON, or a line; null if it is new
     * @param now JSON, or a line; null if it is gone
     */
    public record Change(
            String pointer,
            @Nullable Integer line,
            @Nullable String before,
            @Nullable String now) {}
}
