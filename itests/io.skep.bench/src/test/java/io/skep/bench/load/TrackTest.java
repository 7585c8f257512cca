// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class TrackTest {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private final Track track = new Track(4);

    @Test
    void taskIsOpen_fromItsAcknowledgementToItsEnd() {
        track.acknowledged(0);
        track.acknowledged(1);
        track.acknowledged(2);
        track.ended(1);
        assertThat(track.acknowledged(0, 4)).isEqualTo(3);
        assertThat(track.open(0, 4)).isEqualTo(2);
        assertThat(track.open(1, 2)).isZero();
    }

    @Test
    void taskThatWasRefused_isNotOpenAndHasNoTime() {
        track.started(3);
        assertThat(track.open(0, 4)).isZero();
        assertThat(track.untilStarted(0, 4, number -> 0).getTotalCount()).isZero();
    }

    @Test
    void timesCountFromWhenATaskWasDue() {
        long now = System.nanoTime();
        track.acknowledged(0);
        track.started(0);
        track.ended(0);
        track.acknowledged(1);
        Histogram starts = track.untilStarted(0, 2, number -> now - HOUR);
        assertThat(starts.getTotalCount())
                .as("one that has not started counts up to now")
                .isEqualTo(2);
        assertThat(starts.getMinValue()).isGreaterThan(HOUR * 99 / 100);
        assertThat(track.untilEnded(0, 1, number -> now + HOUR).getMaxValue())
                .as("none is early")
                .isZero();
    }

    @Test
    void onlyTheFirstTimeCounts() {
        track.acknowledged(0);
        track.ended(0);
        long first = track.lastEnd(0, 4);
        track.ended(0);
        assertThat(track.lastEnd(0, 4)).isEqualTo(first);
        assertThat(track.lastEnd(1, 4)).isEqualTo(Long.MIN_VALUE);
    }
}
