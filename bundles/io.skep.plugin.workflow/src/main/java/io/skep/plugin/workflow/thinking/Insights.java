// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What thinking came to; its JSON is what a task gets as {@code thinking_insights}, and what is kept. Nothing in it is made
 * up: every text is what an agent said, and names where. Without thinking there are only the depth {@code none}, no points
 * and the reason. Immutable.
 *
 * @param depth none, standard, deep, collaborative or intensive
 * @param reason why, in words
 * @param points agreements first, then views of one, disagreements, risks, and the plan in its order
 * @param participants who was asked, and what became of it
 * @param partial whether somebody who was asked gave nothing that is used
 * @param consensus mean of the points' consensus, null if there is none
 * @param complexity of the task, 0 to 1
 * @param chosenBy how the participants were found: request, routing or words
 * @param encoder the model that tells what says the same, or {@code lexical}
 * @param omitted points beyond the limit
 */
public record Insights(
        String depth,
        String reason,
        List<Point> points,
        @Nullable List<Participant> participants,
        @Nullable Boolean partial,
        @Nullable Double consensus,
        @Nullable Double complexity,
        @Nullable String chosenBy,
        @Nullable String encoder,
        @Nullable Integer omitted) {
    /** It is being thought about. */
    static final String ASKED = "asked";

    /** The answer is used. */
    static final String USED = "used";

    /** The answer says nothing that can be used. */
    static final String UNUSABLE = "unusable";

    /** There was no answer in time. */
    static final String LATE = "late";

    /** The task of the question did not complete. */
    static final String FAILED = "failed";

    /**
     * Where something was said.
     *
     * @param task the child task whose answer it is
     * @param agent who did that task
     */
    public record Source(String task, String agent) {}

    /**
     * What one or several said.
     *
     * @param text in the words of one of them
     * @param kind agreement (said by several), view (by one), disagreement (others contradict), risk or plan
     * @param consensus the share of those who answered that say so, 0 to 1
     * @param confidence mean of what they say of it, null if nobody did
     * @param opposes what others say instead, null unless it is a disagreement
     */
    public record Point(
            String text,
            String kind,
            double consensus,
            @Nullable Double confidence,
            @Nullable String opposes,
            List<Source> sources) {
        /** Copies. */
        public Point {
            sources = List.copyOf(sources);
        }
    }

    /**
     * One who was asked.
     *
     * @param agent who was asked, or did it instead
     * @param task the child task, null if it was never made
     * @param answer asked, used, unusable, late or failed
     * @param detail in words, null if there is nothing to say
     */
    public record Participant(
            String agent,
            @Nullable String task,
            String answer,
            @Nullable String detail) {}

    /** Copies. */
    public Insights {
        points = List.copyOf(points);
        participants = participants == null ? null : List.copyOf(participants);
    }

    /** Without thinking, for that reason. */
    static Insights none(String reason) {
        return new Insights(Depth.NONE.wire(), reason, List.of(), null, null, null, null, null, null, null);
    }
}
