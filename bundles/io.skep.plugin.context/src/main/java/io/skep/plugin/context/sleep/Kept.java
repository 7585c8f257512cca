// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is kept in documents. Fields that another version added are left alone. */
public final class Kept {
    private Kept() {}

    /**
     * What is known of the sleep of an agent.
     *
     * @param agent its id
     * @param preparedAt when it was prepared last, as ISO 8601; null if never
     * @param restoredAt when it was restored last; null if never
     * @param cause of its last sleep
     * @param checkpoints lines about what was written before it
     * @param sessions lines about what was found when it woke
     * @param sleeps how often it was prepared
     */
    record Sleep(
            String agent,
            @Nullable String preparedAt,
            @Nullable String restoredAt,
            String cause,
            List<String> checkpoints,
            List<String> sessions,
            long sleeps) {
        Sleep {
            checkpoints = checkpoints == null ? List.of() : List.copyOf(checkpoints);
            sessions = sessions == null ? List.of() : List.copyOf(sessions);
        }
    }

    /**
     * In which hours an agent had work.
     *
     * @param agent its id
     * @param zone by whose clock
     * @param days how many of each of the {@value QuietHours#KINDS} kinds of hours were watched, older ones counting less
     * @param worked in how many of them it had work, likewise
     */
    record Hours(String agent, String zone, List<Double> days, List<Double> worked) {
        Hours {
            days = days == null ? List.of() : List.copyOf(days);
            worked = worked == null ? List.of() : List.copyOf(worked);
        }

        /** Of an agent of which nothing is known. */
        static Hours none(String agent, String zone) {
            List<Double> nothing = Collections.nCopies(QuietHours.KINDS, 0.0);
            return new Hours(agent, zone, nothing, nothing);
        }

        /** Whether this version can read it. */
        boolean isWhole() {
            return days.size() == QuietHours.KINDS && worked.size() == QuietHours.KINDS;
        }
    }

    /** Agents that never sleep, with the reasons. */
    record Pin(String agent, String reason) {}

    /** What an agent was told while it slept. */
    record Mail(List<Message> messages) {
        Mail {
            messages = messages == null ? List.of() : List.copyOf(messages);
        }
    }

    /**
     * A message.
     *
     * @param at when, as ISO 8601
     * @param from who says so, in words
     * @param text itself
     */
    public record Message(String at, String from, String text) {}
}
