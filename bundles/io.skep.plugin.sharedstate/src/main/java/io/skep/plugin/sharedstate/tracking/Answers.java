// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.tracking;

import io.skep.plugin.base.Inputs;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is asked of the trees and what is answered. Immutable. */
public final class Answers {
    private Answers() {}

    /** About a task and its descendants; absent means the task that the call names. */
    public record About(@Nullable String task) {
        public About {
            Inputs.text("task", task, 128);
        }
    }

    /** About all of them. */
    public record Which(@Nullable Integer limit) {
        public Which {
            Inputs.range("limit", limit, 1, 1000);
        }
    }

    /**
     * When everything may have ended, with 90 % between the least and the most.
     *
     * @param leastMillis from now
     * @param likelyMillis from now: as likely earlier as later
     * @param mostMillis from now
     * @param samples the least number of completed tasks that a task's expectation rests on
     */
    public record Eta(long leastMillis, long likelyMillis, long mostMillis, int samples) {}

    /**
     * A direct part with all its descendants.
     *
     * @param ended how many of its tasks have ended
     * @param failed how many of these failed, were rejected or canceled
     */
    public record Part(String task, String state, int tasks, int ended, int failed) {}

    /**
     * A task that did not complete.
     *
     * @param cause why, at most 200 characters
     */
    public record Failure(
            String task, String state, @Nullable String cause) {}

    /**
     * How far a task and its descendants are.
     *
     * @param root of the tree
     * @param tasks how many there are, itself included
     * @param ended how many have ended
     * @param share of them, 0 to 1
     * @param counts how many are in which state
     * @param missing how many of the tree are not tracked, being too many: nothing here counts them
     * @param eta when the rest of the tree may have ended; absent if it has, or no task has ever completed
     * @param parts its direct parts, at most a hundred
     * @param failures in it, at most twenty, newest first
     */
    public record Progress(
            String task,
            String root,
            int tasks,
            int ended,
            double share,
            Map<String, Integer> counts,
            int missing,
            @Nullable Eta eta,
            List<Part> parts,
            List<Failure> failures) {}

    /**
     * A task that waits for others.
     *
     * @param by the tasks that it depends on which have not ended
     */
    public record Waiting(String task, List<String> by) {}

    /**
     * A task that others wait for and that waits for no task.
     *
     * @param blocks how many wait for it, directly or not
     * @param reasons why it has not ended itself
     */
    public record Blocker(
            String task, String state, @Nullable String agent, int blocks, List<String> reasons) {}

    /**
     * Who waits for whom.
     *
     * @param waiting at most a hundred
     * @param blockers at most ten, those that most wait for first
     */
    public record Blocked(String root, List<Waiting> waiting, List<Blocker> blockers) {}

    /** A task on the path, and how long it is expected to take from when it can go on. */
    public record Step(String task, String state, @Nullable String agent, long expectedMillis) {}

    /**
     * What decides when the tree ends.
     *
     * @param expectedMillis the sum
     * @param steps in their order
     */
    public record CriticalPath(String root, long expectedMillis, List<Step> steps) {}

    /** A tree in one line. */
    public record Line(String root, String tenant, int tasks, int ended, int failed) {}

    /**
     * The trees that are tracked.
     *
     * @param untracked how many were not tracked for want of room since this version began
     */
    public record Tracked(int trees, long untracked, List<Line> shown) {}
}
