// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import java.time.Duration;

/**
 * How much is kept of sessions, and for how long. Immutable.
 *
 * @param sessions at most
 * @param ofAgent sessions of one agent at most
 * @param items that one session takes, ever
 * @param bytes of one session's file at most
 * @param itemChars characters of one item's text at most
 * @param idle after which time without a change a session is closed; zero for never
 * @param retention after which time a closed session is erased; zero for never
 * @param checkpoints of a session that are kept
 */
public record SessionSettings(
        int sessions,
        int ofAgent,
        int items,
        long bytes,
        int itemChars,
        Duration idle,
        Duration retention,
        int checkpoints) {
    /** As without configuration. */
    public static final SessionSettings DEFAULT = new SessionSettings(
            20_000, 1000, 2_000_000, 2048L << 20, 8 << 20, Duration.ofDays(90), Duration.ofDays(30), 3);
}
