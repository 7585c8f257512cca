// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.plugin.base.Codec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuietHoursTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    /** A Monday. */
    private static final Instant BEGIN = Instant.parse("2026-01-05T00:00:00Z");

    private final Documents kept = new Documents();
    private QuietHours hours = new QuietHours(kept);

    /** Keeps it as the plugin's documents do, as text. */
    private static final class Documents implements QuietHours.Memory {
        private final Codec codec = new Codec();
        private final Map<String, String> documents = new HashMap<>();
        private boolean fails;

        @Override
        public Optional<Kept.Hours> hours(String agent) {
            return Optional.ofNullable(documents.get(agent)).map(text -> {
                try {
                    return codec.readKept(text, Kept.Hours.class);
                } catch (JsonProcessingException e) {
                    throw new IllegalStateException(e);
                }
            });
        }

        @Override
        public CompletionStage<Void> put(Kept.Hours hours) {
            if (fails) {
                return CompletableFuture.failedFuture(new IllegalStateException("full"));
            }
            documents.put(hours.agent(), codec.write(hours));
            return CompletableFuture.completedFuture(null);
        }
    }

    private static Instant at(int day, int hour) {
        return BEGIN.plus(Duration.ofDays(day)).plus(Duration.ofHours(hour));
    }

    /** Some days, looked at every ten minutes, with work in some hours of the day. */
    private void live(int firstDay, int days, ZoneId zone, Predicate<Integer> works) {
        for (Instant now = at(firstDay, 0); now.isBefore(at(firstDay + days, 0)); now = now.plusSeconds(600)) {
            int hour = now.atZone(zone).getHour();
            // Work at one moment of the hour makes it one with work.
            hours.look("a", zone, works.test(hour) && now.getEpochSecond() % 3600 == 1200, now);
        }
        hours.look("a", zone, false, at(firstDay + days, 0));
    }

    private List<Integer> quiet(int day, double below) {
        return IntStream.range(0, 24)
                .filter(hour -> hours.isQuiet("a", below, at(day, hour)))
                .boxed()
                .toList();
    }

    private static List<Integer> allBut(Set<Integer> hours) {
        return IntStream.range(0, 24)
                .boxed()
                .filter(hour -> !hours.contains(hour))
                .toList();
    }

    @Test
    void hoursWithoutWork_areQuietFromTheFourthDayOn() {
        live(0, 3, UTC, hour -> hour == 9 || hour == 17);
        assertThat(quiet(3, 0.5)).as("three days are too few").isEmpty();
        live(3, 2, UTC, hour -> hour == 9 || hour == 17);
        assertThat(quiet(4, 0.15)).isEqualTo(allBut(Set.of(9, 17)));
    }

    @Test
    void weekend_hasHoursOfItsOwn() {
        live(0, 5, UTC, hour -> true);
        live(5, 2, UTC, hour -> false);
        live(7, 5, UTC, hour -> true);
        live(12, 2, UTC, hour -> false);
        assertThat(quiet(14, 0.2)).as("a Monday").isEmpty();
        assertThat(quiet(19, 0.2)).as("a Saturday").hasSize(24);
    }

    @Test
    void whatWasLearned_isFollowedWhenItChanges() {
        live(0, 5, UTC, hour -> hour == 9);
        assertThat(quiet(4, 0.15)).isEqualTo(allBut(Set.of(9)));
        for (int week = 1; week < 6; week++) {
            live(7 * week, 5, UTC, hour -> hour == 10);
        }
        assertThat(quiet(42, 0.15)).contains(9).doesNotContain(10);
    }

    @Test
    void hourThatWasNotWatchedWhole_doesNotCount() {
        for (int day = 0; day < 5; day++) {
            hours = new QuietHours(kept);
            hours.look("a", UTC, false, at(day, 3).plusSeconds(600));
            hours.look("a", UTC, false, at(day, 4));
            hours.look("a", UTC, false, at(day, 7));
        }
        assertThat(quiet(5, 0.5)).isEmpty();
        assertThat(kept.documents).isEmpty();
    }

    @Test
    void whatWasLearned_outlivesTheGeneration_ifItIsByTheSameClock() {
        live(0, 5, UTC, hour -> false);
        hours = new QuietHours(kept);
        assertThat(quiet(4, 0.15)).as("not looked at yet").isEmpty();
        hours.look("a", UTC, false, at(5, 0));
        assertThat(quiet(4, 0.15)).hasSize(24);
        hours.look("a", ZoneId.of("Asia/Tokyo"), false, at(5, 1));
        assertThat(quiet(4, 0.15)).isEmpty();
        hours.look("a", UTC, false, at(5, 2));
        hours.keepOnly(Set.of("b"));
        assertThat(quiet(4, 0.15)).isEmpty();
    }

    @Test
    void clockOfThePolicy_saysWhichHourItIs() {
        ZoneId tokyo = ZoneId.of("Asia/Tokyo");
        live(0, 5, tokyo, hour -> hour == 9);
        assertThat(quiet(3, 0.15)).isEqualTo(allBut(Set.of(0)));
    }

    @Test
    void documentOfAnotherShape_andOneThatCannotBeKept_doNoHarm() {
        kept.documents.put("a", "{\"agent\":\"a\",\"zone\":\"UTC\",\"days\":[9],\"worked\":[0]}");
        kept.fails = true;
        live(0, 5, UTC, hour -> false);
        assertThat(quiet(4, 0.15)).hasSize(24);
    }
}
