// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.skep.plugin.base.Declination;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.Locale;
import java.util.Optional;

/**
 * Hours in which agents sleep: from each moment of one cron expression until the next of another, in a time zone; it may go
 * over midnight. In the night in which the clock is put forward a moment that does not exist counts at the end of the gap;
 * in the one in which it is put back, one that comes twice counts once or twice, which makes no difference to a window.
 * Immutable.
 */
final class Window {
    private final ExecutionTime from;
    private final ExecutionTime until;
    private final ZoneId zone;

    private Window(ExecutionTime from, ExecutionTime until, ZoneId zone) {
        this.from = from;
        this.until = until;
        this.zone = zone;
    }

    /**
     * What the texts say.
     *
     * @param from five fields as in crontab: minute, hour, day, month, day of the week
     * @param until likewise
     * @param zone an id as {@code Europe/Berlin}
     * @throws Declination that names what is wrong
     */
    static Window of(String from, String until, String zone) {
        return new Window(cron("from", from), cron("until", until), zone(zone));
    }

    private static ExecutionTime cron(String field, String text) {
        // A parser keeps state while it parses.
        CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
        try {
            Cron cron = parser.parse(text.toUpperCase(Locale.ROOT)).validate();
            return ExecutionTime.forCron(cron);
        } catch (IllegalArgumentException wrong) {
            throw new Declination("\"" + field + "\" is no cron expression of five fields: " + wrong.getMessage());
        }
    }

    /**
     * The time zone of that id.
     *
     * @throws Declination if there is none
     */
    static ZoneId zone(String id) {
        try {
            return ZoneId.of(id);
        } catch (DateTimeException wrong) {
            throw new Declination("\"zone\" is no time zone: " + id);
        }
    }

    /** Whether it is open then. */
    boolean isOpen(Instant now) {
        ZonedDateTime time = now.atZone(zone);
        Optional<Instant> began = last(from, time);
        return began.isPresent()
                && !last(until, time).filter(end -> end.isAfter(began.get())).isPresent();
    }

    /** Whether it has ended since then, and is not open again. */
    boolean hasEndedSince(Instant since, Instant now) {
        return !isOpen(now)
                && last(until, now.atZone(zone))
                        .filter(end -> end.isAfter(since))
                        .isPresent();
    }

    /** The last moment up to and with that time. */
    private static Optional<Instant> last(ExecutionTime cron, ZonedDateTime time) {
        Optional<Instant> existing = before(cron, time).map(ZonedDateTime::toInstant);
        // The library passes over a moment that the clock leaves out; here it counts when the clock goes on.
        return before(cron, time.toLocalDateTime().atZone(ZoneOffset.UTC))
                .map(moment -> time.getZone().getRules().getTransition(moment.toLocalDateTime()))
                .filter(ZoneOffsetTransition::isGap)
                .map(ZoneOffsetTransition::getInstant)
                .filter(skipped -> existing.isEmpty() || skipped.isAfter(existing.get()))
                .or(() -> existing);
    }

    private static Optional<ZonedDateTime> before(ExecutionTime cron, ZonedDateTime time) {
        ZonedDateTime minute = time.truncatedTo(ChronoUnit.MINUTES);
        return cron.isMatch(minute) ? Optional.of(minute) : cron.lastExecution(minute);
    }
}
