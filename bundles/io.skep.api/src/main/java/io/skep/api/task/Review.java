// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.util.List;
import java.util.Map;

/**
 * What was said of a task at the {@linkplain io.skep.api.plugin.Checkpoint checkpoints} on its way. Immutable.
 *
 * @param admitted whether it has passed those before its start
 * @param attachments what was added to it for its agents, JSON texts by name, for instance {@code thinking_insights}
 * @param sentBack how many of its results were sent back
 * @param feedback what the next result must do better than the last; empty if none was sent back
 */
public record Review(boolean admitted, Map<String, String> attachments, int sentBack, List<String> feedback) {
    /** Nothing was said. */
    public static final Review NONE = new Review(false, Map.of(), 0, List.of());

    /** The longest that all attachments of a task may be together, in characters. */
    public static final int MAX_CHARS = 64 << 10;

    /** The most lines of feedback, and the longest, in characters. */
    public static final int MAX_FEEDBACK = 20;

    /** See {@link #MAX_FEEDBACK}. */
    public static final int MAX_LINE = 2_000;

    public Review {
        attachments = Map.copyOf(attachments);
        feedback = List.copyOf(feedback);
    }
}
