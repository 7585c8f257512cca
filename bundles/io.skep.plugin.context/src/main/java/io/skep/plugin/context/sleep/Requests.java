// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import org.jspecify.annotations.Nullable;

/** What is asked. */
public final class Requests {
    private Requests() {}

    /** Nothing. */
    public record Nothing() {}

    /**
     * Which agents.
     *
     * @param agent one of them; null for all that are about to sleep, sleep, wake or are pinned
     */
    public record Which(@Nullable String agent) {}

    /**
     * One agent.
     *
     * @param agent its id
     * @param reason why, in words
     */
    public record One(String agent, @Nullable String reason) {}

    /**
     * What core asks before and after.
     *
     * @param agent its id
     * @param cause why it sleeps or wakes
     */
    public record Step(String agent, @Nullable String cause) {}

    /**
     * Something said to an agent.
     *
     * @param agent its id
     * @param text itself, at most 4,096 characters
     * @param from who says so
     */
    public record Message(
            String agent, String text, @Nullable String from) {}

    /** A policy by its name. */
    public record ByName(String name) {}
}
