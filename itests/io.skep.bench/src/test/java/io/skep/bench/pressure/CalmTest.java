// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class CalmTest {
    private static final int PER_SECOND = 20;

    @Test
    void fourWindowsInARow_areNeeded() {
        Calm calm = new Calm(starts(1), PER_SECOND);
        assertThat(calm.calmFrom(400, (from, to) -> from >= 100)).isEqualTo(100);
        assertThat(calm.calmFrom(400, (from, to) -> from != 20 && from != 60)).isEqualTo(70);
        assertThat(calm.calmFrom(400, (from, to) -> from >= 370)).isEqualTo(-1);
        assertThat(calm.calmFrom(30, (from, to) -> true))
                .as("too short to tell")
                .isEqualTo(-1);
    }

    @Test
    void startsAreQuick_withinTwiceWhatTheyTookBefore_or20Milliseconds() {
        assertThat(new Calm(starts(1), PER_SECOND).isQuick(starts(19))).isTrue();
        assertThat(new Calm(starts(1), PER_SECOND).isQuick(starts(22))).isFalse();
        assertThat(new Calm(starts(100), PER_SECOND).isQuick(starts(190))).isTrue();
        assertThat(new Calm(starts(100), PER_SECOND).isQuick(starts(210))).isFalse();
    }

    @Test
    void oneSlowStartOfMany_isNoMatter() {
        Histogram mixed = starts(1);
        mixed.recordValue(TimeUnit.SECONDS.toNanos(5));
        assertThat(new Calm(starts(1), PER_SECOND).isQuick(mixed)).isTrue();
    }

    private static Histogram starts(int millis) {
        Histogram nanos = new Histogram(3);
        for (int i = 0; i < 20; i++) {
            nanos.recordValue(TimeUnit.MILLISECONDS.toNanos(millis));
        }
        return nanos;
    }
}
