// SPDX-License-Identifier: Apache-2.0
package io.skep.api.event;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened and is durable: the facts of one change, small enough to keep many. Who needs more reads the
 * task or agent.
 *
 * @param shard where
 * @param seq its number in the shard, growing by one from 1
 * @param at when
 * @param type the kind of subject, a dot, and what it became: {@code task.} or {@code agent.} followed by the state at
 *     the edges ({@code task.completed}, {@code agent.lost}); besides {@code task.progress}, {@code task.usage} (more was
 *     used of a budget), {@code task.priority} and {@code task.selected} (which agent it is for);
 *     {@code plugin.} followed by what became of a plugin, {@code flag.changed}; and what plugins tell, which begins with
 *     the name of the plugin or the end of it ({@code workflow.completed}, see {@link io.skep.api.plugin.Notice})
 * @param subject the id of the task or agent, the name of the plugin or capability, or what a plugin tells of
 * @param cause why, in words; for {@code task.progress} the line itself, for {@code task.selected} the reasons
 * @param agent the agent of the task's newest attempt, for {@code task.selected} the one it is for, or the agent itself;
 *     or null
 * @param token the fencing token of the task's newest attempt, or 0
 */
public record Event(
        int shard,
        long seq,
        Instant at,
        String type,
        String subject,
        String cause,
        @Nullable String agent,
        long token) {
    public Event {
        Objects.requireNonNull(at);
        Objects.requireNonNull(type);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(cause);
    }
}
