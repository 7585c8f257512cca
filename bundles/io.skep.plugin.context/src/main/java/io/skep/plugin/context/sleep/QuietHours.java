// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns in which hours of weekdays and of weekends each agent has work, and so which are quiet. An hour counts that was
 * watched from its beginning to its end, as one with work or without; each counts for 5 % less than the next of its kind, so
 * that about the last twenty matter. The share of those with work is estimated as (worked + 1/2) / (days + 1), after
 * Krichevsky and Trofimov (1981), which is not zero because nothing has happened yet. For one thread.
 */
final class QuietHours {
    /** Hours of a weekday, then those of a day of the weekend. */
    static final int KINDS = 48;

    private static final int HOURS = 24;
    private static final long SECONDS = 3600;
    private static final double KEPT = 0.95;
    /** With less nothing is said. */
    private static final double LEAST_DAYS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(QuietHours.class);

    private final Memory memory;
    private final Map<String, Watched> watched = new HashMap<>();

    /** Where what was learned is kept. */
    interface Memory {
        Optional<Kept.Hours> hours(String agent);

        CompletionStage<Void> put(Kept.Hours hours);
    }

    /** An hour, counted from 1970, of which it is known whether it was watched from its beginning. */
    private record Watched(long hour, boolean isWhole, boolean worked, Kept.Hours learned) {}

    QuietHours(Memory memory) {
        this.memory = memory;
    }

    /** An agent has, or had a moment ago, work to do, or not; to be said several times in every hour. */
    void look(String agent, ZoneId zone, boolean works, Instant now) {
        long hour = hour(now);
        Watched before = watched.get(agent);
        if (before == null || !before.learned().zone().equals(zone.getId())) {
            watched.put(agent, new Watched(hour, false, works, learned(agent, zone)));
        } else if (before.hour() == hour) {
            watched.put(agent, new Watched(hour, before.isWhole(), before.worked() || works, before.learned()));
        } else {
            boolean follows = before.hour() + 1 == hour;
            Kept.Hours learned = before.isWhole() && follows ? count(before, zone) : before.learned();
            watched.put(agent, new Watched(hour, follows, works, learned));
        }
    }

    private Kept.Hours learned(String agent, ZoneId zone) {
        return memory.hours(agent)
                .filter(kept -> kept.zone().equals(zone.getId()) && kept.isWhole())
                .orElseGet(() -> Kept.Hours.none(agent, zone.getId()));
    }

    private Kept.Hours count(Watched over, ZoneId zone) {
        int kind = kind(Instant.ofEpochSecond(over.hour() * SECONDS), zone);
        Kept.Hours before = over.learned();
        Kept.Hours after = new Kept.Hours(
                before.agent(),
                before.zone(),
                counted(before.days(), kind, true),
                counted(before.worked(), kind, over.worked()));
        memory.put(after).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.debug("the hours of {} could not be kept", before.agent(), failure);
            }
        });
        return after;
    }

    private static List<Double> counted(List<Double> counts, int kind, boolean one) {
        List<Double> next = new ArrayList<>(counts);
        next.set(kind, Math.round((counts.get(kind) * KEPT + (one ? 1 : 0)) * 1000) / 1000.0);
        return next;
    }

    /** Whether an agent is known to have work on a smaller share than {@code below} of such hours. */
    boolean isQuiet(String agent, double below, Instant when) {
        Watched known = watched.get(agent);
        if (known == null) {
            return false;
        }
        Kept.Hours learned = known.learned();
        int kind = kind(when, ZoneId.of(learned.zone()));
        double days = learned.days().get(kind);
        return days >= LEAST_DAYS && (learned.worked().get(kind) + 0.5) / (days + 1) < below;
    }

    /** Forgets all other agents; what is kept of them stays. */
    void keepOnly(Set<String> agents) {
        watched.keySet().retainAll(agents);
    }

    private static int kind(Instant when, ZoneId zone) {
        ZonedDateTime time = when.atZone(zone);
        boolean isWeekend = time.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) >= 0;
        return time.getHour() + (isWeekend ? HOURS : 0);
    }

    /** Counted from 1970. */
    static long hour(Instant when) {
        return Math.floorDiv(when.getEpochSecond(), SECONDS);
    }
}
