// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is answered. */
public final class Results {
    private Results() {}

    /**
     * Who sleeps.
     *
     * @param agents as asked
     * @param awake how many are active
     * @param preparing how many are about to sleep
     * @param asleep how many sleep
     * @param waking how many wake
     */
    public record Status(List<One> agents, int awake, int preparing, int asleep, int waking) {}

    /**
     * An agent.
     *
     * @param agent its id
     * @param state as core says
     * @param cause of that
     * @param since when, as ISO 8601
     * @param pinned why it never sleeps; null if it may
     * @param sleeps how often it was prepared
     * @param checkpoints lines about what was written before its last sleep
     * @param sessions lines about what was found when it woke last
     * @param messages that wait for it
     */
    public record One(
            String agent,
            String state,
            String cause,
            String since,
            @Nullable String pinned,
            long sleeps,
            List<String> checkpoints,
            List<String> sessions,
            int messages) {}

    /** An agent and what it has become. */
    public record Changed(String agent, String state, String cause) {}

    /**
     * What came of a step.
     *
     * @param ready whether the agent may go on
     * @param remark in words
     */
    public record Step(boolean ready, String remark) {}

    /** All policies. */
    public record Policies(List<Policy> policies) {}

    /** Whether something changed. */
    public record Done(boolean changed) {}

    /**
     * What happened while an agent slept.
     *
     * @param sleptFrom when it was prepared; null if it never slept
     * @param wokeAt when it was restored; null if it did not yet
     * @param sessions as it finds them
     * @param messages for it, oldest first; they are handed out until it sleeps again
     */
    public record Meanwhile(
            @Nullable String sleptFrom, @Nullable String wokeAt, List<String> sessions, List<Kept.Message> messages) {}
}
