// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    @Test
    void eachArrivesOnce_inOrder_notBeforeItIsDue() throws Exception {
        List<Integer> numbers = new ArrayList<>();
        List<Long> early = new ArrayList<>();
        Arrivals arrivals = Arrivals.begin("test", 1_000, 50, (number, due) -> {
            numbers.add(number);
            if (System.nanoTime() < due) {
                early.add(due);
            }
        });
        arrivals.await();
        assertThat(numbers).hasSize(50).isSorted().doesNotHaveDuplicates();
        assertThat(early).isEmpty();
        assertThat(arrivals.count()).isEqualTo(50);
        assertThat(arrivals.due(10) - arrivals.due(0)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(10));
    }

    @Test
    void end_letsNoMoreArrive() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        Arrivals arrivals = Arrivals.begin("test", 1, Integer.MAX_VALUE, (number, due) -> arrived.countDown());
        assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(arrivals.end()).isEqualTo(1);
    }
}
