// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import io.skep.plugin.base.Declination;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When agents sleep. What is null says nothing; an agent sleeps when any of it says so, it is awake and it has nothing to do.
 *
 * @param name tells it from others: letters, digits, dot, underscore and hyphen, at most 100
 * @param agents ids that it is for, with a {@code *} at the end for all that begin so; null or empty for every agent
 * @param skill that its agents have, or null
 * @param idleMillis after so long without anything to do, at least 1,000
 * @param contextTokens when the open sessions of the agent together have so many, at least 1
 * @param heapPercent when so much of the heap of the server is in use, 1 to 100, who is idle for a minute
 * @param quietBelow in hours in which it was learned to have work on a smaller share of the days, more than 0 to 0.5
 * @param from cron expression of the beginning of hours to sleep, with {@code until}
 * @param until cron expression of their end, when who sleeps is woken
 * @param zone time zone of these hours; null for UTC
 */
public record Policy(
        String name,
        @Nullable List<String> agents,
        @Nullable String skill,
        @Nullable Long idleMillis,
        @Nullable Long contextTokens,
        @Nullable Integer heapPercent,
        @Nullable Double quietBelow,
        @Nullable String from,
        @Nullable String until,
        @Nullable String zone) {
    private static final int MAX_AGENTS = 1000;
    private static final double MAX_QUIET = 0.5;
    private static final String UTC = "UTC";

    public Policy {
        agents = agents == null ? null : List.copyOf(agents);
    }

    /**
     * Checks what a person has written.
     *
     * @throws Declination that names the field that is wrong
     */
    Policy checked() {
        if (name == null || !name.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new Declination("\"name\" must be 1 to 100 letters, digits, '.', '_' and '-'");
        }
        if (agents != null && agents.size() > MAX_AGENTS) {
            throw new Declination("\"agents\" has more than " + MAX_AGENTS);
        }
        within("idleMillis", idleMillis, 1000, 365L * 24 * 3_600_000);
        within("contextTokens", contextTokens, 1, Long.MAX_VALUE);
        within("heapPercent", heapPercent == null ? null : Long.valueOf(heapPercent), 1, 100);
        if ((from == null) != (until == null)) {
            throw new Declination("\"from\" and \"until\" go together");
        }
        if (from != null) {
            window();
        } else if (zone != null && quietBelow == null) {
            throw new Declination("\"zone\" is of no use without \"from\" and \"until\", or \"quietBelow\"");
        }
        checkQuiet();
        if (idleMillis == null && contextTokens == null && heapPercent == null && quietBelow == null && from == null) {
            throw new Declination("a policy needs one of \"idleMillis\", \"contextTokens\", \"heapPercent\","
                    + " \"quietBelow\", \"from\"");
        }
        return this;
    }

    private void checkQuiet() {
        if (quietBelow == null) {
            return;
        }
        if (!(quietBelow > 0 && quietBelow <= MAX_QUIET)) {
            throw new Declination(
                    "\"quietBelow\" must be more than 0 and at most " + MAX_QUIET + ", not " + quietBelow);
        }
        zoneId();
    }

    /** By whose clock its hours are meant. */
    ZoneId zoneId() {
        return Window.zone(zone == null ? UTC : zone);
    }

    private static void within(String field, @Nullable Long value, long least, long most) {
        if (value != null && (value < least || value > most)) {
            throw new Declination("\"" + field + "\" must be " + least + " to " + most + ", not " + value);
        }
    }

    /** Its hours, if it has some. */
    @Nullable
    Window window() {
        return from == null ? null : Window.of(from, Objects.requireNonNull(until), zone == null ? UTC : zone);
    }

    /** Whether it is for such an agent. */
    boolean isFor(String agent, Set<String> skills) {
        boolean named = agents == null || agents.isEmpty() || agents.stream().anyMatch(text -> matches(text, agent));
        return named && (skill == null || skills.contains(skill));
    }

    private static boolean matches(String text, String agent) {
        return text.endsWith("*") ? agent.startsWith(text.substring(0, text.length() - 1)) : text.equals(agent);
    }
}
