// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class QueueingTest {
    @Test
    void oneSlot_isAsTheFormulaForOne() {
        Queueing half = Queueing.of(0.5, 1000, 1);

        assertThat(half.utilisation()).isEqualTo(0.5);
        assertThat(half.waits()).isCloseTo(0.5, within(1e-9));
        assertThat(half.waitMillis()).isCloseTo(1000, within(1e-6));
    }

    @Test
    void fiveSlotsForFourErlang_areAsInTheTables() {
        Queueing five = Queueing.of(1, 4000, 5);

        assertThat(five.waits()).isCloseTo(0.5541, within(0.0001));
        assertThat(five.waitMillis()).isCloseTo(2216.5, within(1.0));
    }

    @Test
    void tooMuch_waitsWithoutEnd_andNothingWaitsForNothing() {
        assertThat(Queueing.of(2, 1000, 2).waitMillis()).isInfinite();
        assertThat(Queueing.of(0, 1000, 2).waits()).isZero();
        assertThat(Queueing.of(9_000, 1000, 10_000).waits()).isLessThan(0.001);
    }
}
