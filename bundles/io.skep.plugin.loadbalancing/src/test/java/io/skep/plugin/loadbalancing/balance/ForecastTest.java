// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class ForecastTest {
    private static final long MINUTE = 60_000;

    private final Forecast forecast = new Forecast();
    private final Random random = new Random(2);

    private void minutes(int from, int to, IntToDoubleFunction tasks) {
        for (int minute = from; minute < to; minute++) {
            double count = tasks.applyAsDouble(minute);
            for (int i = 0; i < count; i++) {
                forecast.arrived(minute * MINUTE + i);
            }
        }
        forecast.pass(to * MINUTE);
    }

    private Forecast.Point in(int minutes) {
        return forecast.of(List.of(minutes)).get(0);
    }

    @Test
    void steadyArrivals_areExpectedToStay() {
        minutes(0, 60, minute -> 40);

        assertThat(forecast.minutes()).isEqualTo(60);
        assertThat(in(1).tasks()).isCloseTo(40, within(0.5));
        assertThat(in(60).tasks()).isCloseTo(40, within(0.5));
        assertThat(in(1).low()).isBetween(25.0, 30.0);
        assertThat(in(60).high()).isGreaterThanOrEqualTo(in(1).high());
    }

    @Test
    void growth_goesOnForAWhile() {
        minutes(0, 60, minute -> 2 * minute);

        assertThat(in(5).tasks()).isGreaterThan(in(1).tasks());
        assertThat(in(1).tasks()).isBetween(112.0, 122.0);
        assertThat(in(1_000).tasks()).as("the trend is damped").isLessThan(150);
    }

    @Test
    void intervals_holdNineteenOfTwenty() {
        int inside = 0;
        for (int minute = 0; minute < 500; minute++) {
            double count = Math.max(0, Math.rint(50 + 10 * random.nextGaussian()));
            if (minute >= 50) {
                Forecast.Point point = in(1);
                inside += count >= point.low() && count <= point.high() ? 1 : 0;
            }
            minutes(minute, minute + 1, now -> count);
        }

        assertThat(inside / 450.0).isBetween(0.9, 0.99);
    }

    @Test
    void littleKnown_isNoForecast_andAPauseCountsAsNothing() {
        minutes(0, 4, minute -> 10);
        assertThat(forecast.of(List.of(1))).isEmpty();

        forecast.pass(100_000 * MINUTE);
        assertThat(in(1).tasks()).isCloseTo(0, within(0.01));
    }
}
