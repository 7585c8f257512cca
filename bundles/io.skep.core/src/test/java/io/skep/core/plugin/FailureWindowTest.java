// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FailureWindowTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final FailureWindow window = new FailureWindow(3, 50);

    @Test
    void fewFailures_areBearable() {
        assertThat(window.failed(0, 1)).isFalse();
        assertThat(window.failed(1, 2)).isFalse();
        assertThat(window.failed(2, 3)).isTrue();
    }

    @Test
    void failuresAmongManySuccesses_areBearable() {
        assertThat(window.failed(0, 100)).isFalse();
        assertThat(window.failed(1, 104)).isFalse();
        assertThat(window.failed(2, 106)).as("3 of 7").isFalse();
        assertThat(window.failed(3, 107)).as("4 of 8").isTrue();
    }

    @Test
    void successesBeforeTheFirstFailure_doNotCount() {
        window.failed(0, 1_000_000);
        window.failed(1, 1_000_001);

        assertThat(window.failed(2, 1_000_002)).isTrue();
    }

    @Test
    void oldFailures_areForgotten() {
        window.failed(0, 1);
        window.failed(SECOND, 2);

        assertThat(window.failed(11 * SECOND, 3)).as("the first is too old").isFalse();
        assertThat(window.failed(11 * SECOND, 4)).isTrue();
    }

    @Test
    void failureAtTheEdgeOfTheWindow_counts() {
        window.failed(0, 1);
        window.failed(0, 2);

        assertThat(window.failed(FailureWindow.SECONDS * SECOND, 3)).isTrue();
    }

    @Test
    void cleared_beginsAnew() {
        window.failed(0, 1);
        window.failed(0, 2);
        window.clear();

        assertThat(window.failed(0, 3)).isFalse();
    }

    @Test
    void manyFailures_takeNoMoreRoom_andStillCount() {
        FailureWindow wide = new FailureWindow(5, 50);
        for (int i = 1; i <= 1500; i++) {
            wide.failed(0, i);
        }

        assertThat(wide.failed(0, 1501)).isTrue();
        assertThat(wide.failed(0, 4000)).as("1502 of 4000").isFalse();
    }

    @Test
    void lateCallsOfOneMoment_areNobodysFault() {
        for (int i = 1; i <= 100; i++) {
            assertThat(window.late(2 * SECOND, i, SECOND + i)).isFalse();
        }
        assertThat(window.late(3 * SECOND, 101, 2 * SECOND - 1)).isFalse();

        assertThat(window.late(3 * SECOND, 102, 2 * SECOND))
                .as("made after the first was late")
                .isTrue();
    }

    @Test
    void lateCallsOfAnotherMoment_areNobodysFault_whenTheFirstAreForgotten() {
        window.late(0, 1, -SECOND);
        window.late(0, 2, -SECOND);
        window.late(11 * SECOND, 3, 10 * SECOND);
        window.late(11 * SECOND, 4, 10 * SECOND);

        assertThat(window.late(11 * SECOND, 5, 10 * SECOND)).isFalse();
    }
}
