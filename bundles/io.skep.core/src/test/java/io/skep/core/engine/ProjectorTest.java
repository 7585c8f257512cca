// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.store.TaskRow;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.core.state.Change;
import io.skep.core.state.Transitions;
import io.skep.testkit.InMemoryProjection;
import io.skep.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProjectorTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final Duration HISTORY = Duration.ofDays(1);

    private final ManualClock clock = new ManualClock();
    private final InMemoryProjection projection = new InMemoryProjection(2);
    private final Projector projector = new Projector(projection, 2, HISTORY, clock);
    private final Thread thread = new Thread(projector, "projector");

    @BeforeEach
    void start() {
        thread.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        projector.close();
        projection.full(false);
        thread.interrupt();
        thread.join(LONG.toMillis());
        assertThat(thread.isAlive()).isFalse();
    }

    private static Turn.Logged logged(int shard, long seq) {
        Task task = Transitions.submit("t" + shard + "-" + seq, TaskSpec.of("x").build(), Set.of(), T0);
        return new Turn.Logged(shard, seq, Change.of(task, T0), new byte[0]);
    }

    @Test
    void everythingOffered_isWritten_andTheEndIsWaitedFor() throws InterruptedException {
        projector.offer(
                IntStream.rangeClosed(1, 5000).mapToObj(i -> logged(0, i)).toList());
        projector.close();
        thread.join(LONG.toMillis());

        assertThat(thread.isAlive()).isFalse();
        assertThat(projection.applied(0)).isEqualTo(5000);
        assertThat(projection.task("t0-1")).isPresent();
        assertThat(projection.task("t0-5000")).isPresent();
        assertThat(projector.lag()).isZero();
    }

    @Test
    void historyBeyondItsTime_isDropped_alsoWhileNothingElseIsToDo() throws InterruptedException {
        long now = clock.instant().toEpochMilli();
        long past = now - HISTORY.toMillis();
        projection.write(
                List.of(
                        new TaskRow("old", "t", "completed", null, "", 1, past - 1, null, new byte[1]),
                        new TaskRow("young", "t", "completed", null, "", 1, past, null, new byte[1]),
                        new TaskRow("live", "t", "queued", null, "", 1, null, null, new byte[1])),
                new long[] {-1, -1});

        await().atMost(LONG).until(() -> projection.task("old").isEmpty());

        assertThat(projection.task("young")).isPresent();
        assertThat(projection.task("live")).isPresent();
        projector.close();
        thread.join(LONG.toMillis());
        clock.advance(Duration.ofMillis(1));
        assertThat(projector.expire()).isEqualTo(1);
        projection.full(true);
        assertThat(projector.expire()).isZero();
        assertThat(projection.task("live")).isPresent();
    }

    @Test
    void fullDisk_isWaitedOut() {
        projection.full(true);
        projector.offer(List.of(logged(1, 1)));
        assertThat(projector.lag()).isEqualTo(1);
        await().atMost(LONG).until(() -> thread.getState() == Thread.State.TIMED_WAITING);

        projection.full(false);

        await().atMost(LONG).until(() -> projector.lag() == 0);
        assertThat(projection.task("t1-1")).isPresent();
    }

    @Test
    void stoppedWhileTheDiskIsFull_neverMovesPastWhatWasNotWritten() throws InterruptedException {
        projection.full(true);
        projector.offer(List.of(logged(0, 1)));
        await().atMost(LONG).until(() -> thread.getState() == Thread.State.TIMED_WAITING);

        projector.close();
        thread.join(LONG.toMillis());

        assertThat(thread.isAlive()).isFalse();
        projection.full(false);
        assertThat(projection.applied(0)).isZero();
        assertThat(projector.applied()).containsExactly(0, 0);
    }

    @Test
    void brokenProjection_endsTheThreadAndNothingElse() throws InterruptedException {
        projection.stopped(true);
        projector.offer(List.of(logged(0, 1)));
        thread.join(LONG.toMillis());

        assertThat(thread.isAlive()).isFalse();
        projector.offer(List.of(logged(0, 2)));
        assertThat(projector.lag()).isEqualTo(2);
    }
}
