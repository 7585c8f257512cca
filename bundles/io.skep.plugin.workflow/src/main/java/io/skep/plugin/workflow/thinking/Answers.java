// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** What {@code extended_thinking} answers. */
public final class Answers {
    static final String INSIGHTS = "thinking_insights";
    private static final String DONE = "done";
    private static final String PENDING = "pending";
    private static final long RETRY_MILLIS = 500;

    private Answers() {}

    /**
     * What is known of a thinking.
     *
     * @param id by which it is asked for; null if there was nothing to begin
     * @param state done or pending
     */
    public record Thought(
            @Nullable String id,
            String state,
            @JsonProperty(INSIGHTS) Insights insights) {
        static Thought of(Thinking thinking) {
            return new Thought(thinking.id(), thinking.isOver() ? DONE : PENDING, thinking.seen());
        }

        static Thought none(Insights insights) {
            return new Thought(null, DONE, insights);
        }
    }

    /** Something that a task gets. */
    public record Attachment(String name, Insights value) {}

    /**
     * Whether a task may start.
     *
     * @param verdict none if there is nothing to think about, pass or pending
     * @param attachment what it gets, null if there is nothing
     * @param retryAfterMillis when to ask again while it is pending, null otherwise
     */
    public record Considered(
            String verdict,
            @Nullable Attachment attachment,
            @Nullable Long retryAfterMillis) {
        static Considered none() {
            return new Considered("none", null, null);
        }

        static Considered pass(Insights insights) {
            return new Considered("pass", new Attachment(INSIGHTS, insights), null);
        }

        static Considered of(Thinking thinking) {
            return thinking.isOver() ? pass(thinking.seen()) : new Considered(PENDING, null, RETRY_MILLIS);
        }
    }
}
