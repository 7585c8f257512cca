// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LaneTest {
    private final Deque<Runnable> pool = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();

    private Runnable work(String name) {
        return () -> done.add(name);
    }

    private void runOne() {
        pool.remove().run();
    }

    @Test
    void work_isGivenToThePool_upToItsShare_andTheRestWaitsInOrder() {
        Lane lane = new Lane(pool::add, 2, 10);
        for (String name : List.of("a", "b", "c", "d")) {
            lane.execute(work(name));
        }
        assertThat(pool).hasSize(2);

        runOne();

        assertThat(done).containsExactly("a", "c", "d");
        runOne();
        assertThat(done).containsExactly("a", "c", "d", "b");
        lane.execute(work("e"));
        assertThat(pool).hasSize(1);
    }

    @Test
    void lane_isStuck_whileNobodyThatWaitsGetsHisTurn() {
        Lane lane = new Lane(pool::add, 1, 10);
        lane.execute(work("a"));
        lane.execute(work("b"));
        long since = System.nanoTime();
        assertThat(lane.isStuckSince(since)).isTrue();

        runOne();

        assertThat(lane.isStuckSince(since)).isFalse();
        assertThat(lane.isStuckSince(System.nanoTime() + 1)).isTrue();
    }

    @Test
    void queue_isBounded() {
        Lane lane = new Lane(pool::add, 1, 1);
        lane.execute(work("a"));
        lane.execute(work("b"));

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> lane.execute(work("c")))
                .withMessage("1 calls of this plugin wait already");

        runOne();
        assertThat(done).containsExactly("a", "b");
        lane.execute(work("d"));
        runOne();
        assertThat(done).containsExactly("a", "b", "d");
    }

    @Test
    void error_endsTheThread_andNotTheTurnsOfOthers() {
        Lane lane = new Lane(pool::add, 1, 10);
        lane.execute(() -> {
            throw new OutOfMemoryError("not really");
        });
        lane.execute(work("next"));
        lane.execute(work("last"));

        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(this::runOne);

        assertThat(pool).hasSize(1);
        runOne();
        assertThat(done).containsExactly("next", "last");
        lane.execute(work("later"));
        assertThat(pool).hasSize(1);
    }

    @Test
    void poolThatRefuses_costsNoTurn() {
        AtomicInteger refusals = new AtomicInteger(1);
        Executor refusing = task -> {
            if (refusals.getAndDecrement() > 0) {
                throw new RejectedExecutionException("full");
            }
            pool.add(task);
        };
        Lane lane = new Lane(refusing, 1, 10);

        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> lane.execute(work("a")));

        lane.execute(work("b"));
        runOne();
        assertThat(done).containsExactly("b");
    }

    @Test
    void poolThatRefuses_losesNobodyWhoCameToWaitMeanwhile() {
        List<Lane> lanes = new ArrayList<>();
        AtomicInteger refusals = new AtomicInteger(1);
        lanes.add(new Lane(
                task -> {
                    if (refusals.getAndDecrement() > 0) {
                        lanes.get(0).execute(work("b"));
                        throw new RejectedExecutionException("full");
                    }
                    pool.add(task);
                },
                1,
                10));

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> lanes.get(0).execute(work("a")));

        lanes.get(0).execute(work("c"));
        runOne();
        assertThat(done).containsExactly("c", "b");
    }

    @Test
    void noMoreThanItsShare_runsAtOnce_andAllIsDone() throws InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Lane lane = new Lane(threads, 3, 10_000);
            AtomicInteger running = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            CountDownLatch all = new CountDownLatch(2000);
            for (int i = 0; i < 2000; i++) {
                lane.execute(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    running.decrementAndGet();
                    all.countDown();
                });
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> all.getCount() == 0);
            assertThat(most.get()).isBetween(1, 3);
        } finally {
            threads.shutdownNow();
        }
    }
}
