// SPDX-License-Identifier: Apache-2.0
package io.skep.api.agent;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something a pull agent is told in the answer to its heartbeat.
 *
 * @param kind what to do
 * @param task the task that it is about, or null
 * @param token the fencing token of the attempt that it is about, or 0
 * @param detail a reason in words, or for {@link Kind#INPUT} the answer as JSON text; or null
 */
public record AgentCommand(
        Kind kind,
        @Nullable String task,
        long token,
        @Nullable String detail) {
    /** What to do. */
    public enum Kind {
        /** End what you have and take no more. */
        DRAIN,
        /** Sleep: say so by the state of your next heartbeat, or go on as you are and stay awake. */
        SLEEP,
        /** Wake: ask for work, or say by the state of your next heartbeat that you are back. */
        WAKE,
        /** Stop working on the task; whatever comes of it is refused. */
        CANCEL,
        /** The answer to your prompt has come; go on. */
        INPUT;

        /** The name at the edges, in lower case. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public AgentCommand {
        Objects.requireNonNull(kind);
    }
}
