// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.plugin.base.Declination;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WindowTest {
    private static final Window NIGHTS = Window.of("0 22 * * *", "0 6 * * *", "Europe/Berlin");

    private static Instant at(String text) {
        return Instant.parse(text);
    }

    @Test
    void nightWindow_isOpenOverMidnight() {
        assertThat(NIGHTS.isOpen(at("2026-01-10T20:59:59Z"))).isFalse();
        assertThat(NIGHTS.isOpen(at("2026-01-10T21:00:00Z"))).isTrue();
        assertThat(NIGHTS.isOpen(at("2026-01-11T00:30:00Z"))).isTrue();
        assertThat(NIGHTS.isOpen(at("2026-01-11T04:59:59Z"))).isTrue();
        assertThat(NIGHTS.isOpen(at("2026-01-11T05:00:00Z"))).isFalse();
    }

    @Test
    void nightInWhichTheClockIsPutForward_isAnHourShorter() {
        assertThat(minutesOpen(NIGHTS, "2026-03-28T12:00:00Z")).isEqualTo(7 * 60);
        assertThat(NIGHTS.isOpen(at("2026-03-28T21:00:00Z")))
                .as("22:00 in winter")
                .isTrue();
        assertThat(NIGHTS.isOpen(at("2026-03-29T04:00:00Z")))
                .as("06:00 in summer")
                .isFalse();
    }

    @Test
    void nightInWhichTheClockIsPutBack_isAnHourLonger() {
        assertThat(minutesOpen(NIGHTS, "2026-10-24T12:00:00Z")).isEqualTo(9 * 60);
    }

    @Test
    void beginningThatDoesNotExistThatNight_countsAfterTheGap() {
        Window window = Window.of("30 2 * * *", "0 5 * * *", "Europe/Berlin");
        assertThat(window.isOpen(at("2026-03-29T00:59:00Z"))).isFalse();
        assertThat(window.isOpen(at("2026-03-29T02:30:00Z"))).as("04:30").isTrue();
        assertThat(window.isOpen(at("2026-03-29T03:00:00Z"))).as("05:00").isFalse();
    }

    @Test
    void beginningThatComesTwice_opensOnce() {
        Window window = Window.of("30 2 * * *", "0 5 * * *", "Europe/Berlin");
        boolean before = false;
        int opened = 0;
        for (Instant now = at("2026-10-24T22:00:00Z"); now.isBefore(at("2026-10-25T10:00:00Z")); now = minute(now)) {
            boolean open = window.isOpen(now);
            opened += open && !before ? 1 : 0;
            before = open;
        }
        assertThat(opened).isEqualTo(1);
    }

    @Test
    void whoSleptThroughTheEnd_isToWakeWheneverThatIsSeen() {
        Instant slept = at("2026-01-10T21:00:05Z");
        assertThat(NIGHTS.hasEndedSince(slept, at("2026-01-11T04:59:00Z"))).isFalse();
        assertThat(NIGHTS.hasEndedSince(slept, at("2026-01-11T05:00:00Z"))).isTrue();
        assertThat(NIGHTS.hasEndedSince(slept, at("2026-01-13T12:00:00Z")))
                .as("seen days later")
                .isTrue();
        assertThat(NIGHTS.hasEndedSince(slept, at("2026-01-13T22:00:00Z")))
                .as("it is open again")
                .isFalse();
        assertThat(NIGHTS.hasEndedSince(at("2026-01-11T12:00:00Z"), at("2026-01-11T13:00:00Z")))
                .as("it fell asleep by day")
                .isFalse();
    }

    @Test
    void sameMomentInAnotherZone_isAnotherHour() {
        Window window = Window.of("0 22 * * *", "0 6 * * *", "America/New_York");
        assertThat(window.isOpen(at("2026-01-10T22:00:00Z"))).isFalse();
        assertThat(window.isOpen(at("2026-01-11T03:00:00Z"))).isTrue();
    }

    @Test
    void weekdays_keepTheWeekendOpen() {
        Window weekend = Window.of("0 20 * * FRI", "0 7 * * MON", "UTC");
        assertThat(weekend.isOpen(at("2026-01-10T12:00:00Z"))).as("Saturday").isTrue();
        assertThat(weekend.isOpen(at("2026-01-12T07:00:00Z"))).as("Monday").isFalse();
        assertThat(weekend.isOpen(at("2026-01-14T23:00:00Z"))).as("Wednesday").isFalse();
    }

    @Test
    void whatIsNoCronAndNoZone_isNamed() {
        assertThatThrownBy(() -> Window.of("at night", "0 6 * * *", "UTC"))
                .isInstanceOf(Declination.class)
                .hasMessageContaining("\"from\" is no cron expression");
        assertThatThrownBy(() -> Window.of("0 22 * * *", "0 99 * * *", "UTC")).hasMessageContaining("\"until\"");
        assertThatThrownBy(() -> Window.of("0 22 * * *", "0 6 * * *", "Mars/Base"))
                .hasMessage("\"zone\" is no time zone: Mars/Base");
    }

    private static Instant minute(Instant now) {
        return now.plus(Duration.ofMinutes(1));
    }

    private static int minutesOpen(Window window, String noon) {
        int minutes = 0;
        Instant end = at(noon).plus(Duration.ofDays(1));
        for (Instant now = at(noon); now.isBefore(end); now = minute(now)) {
            minutes += window.isOpen(now) ? 1 : 0;
        }
        return minutes;
    }
}
