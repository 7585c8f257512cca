// SPDX-License-Identifier: Apache-2.0
package io.skep.core.payload;

import static io.skep.core.payload.Loads.bytes;
import static io.skep.core.payload.Loads.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Page;
import io.skep.api.payload.Payload;
import io.skep.api.payload.PayloadService;
import io.skep.api.store.Projection;
import io.skep.api.store.StoreException;
import io.skep.api.store.TaskRow;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskSpec;
import io.skep.core.codec.TaskCodec;
import io.skep.core.state.Transitions;
import io.skep.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {
    private static final Duration ORPHAN = Duration.ofHours(1);

    @TempDir
    Path store;

    private final ManualClock clock = new ManualClock();
    private final List<Task> memory = new ArrayList<>();
    private final History history = new History();
    private Payloads payloads;
    private boolean whole = true;
    private Sweep sweep;

    /** A projection of which rows can be taken away. */
    private static final class History implements Projection {
        final Map<String, byte[]> rows = new LinkedHashMap<>();
        int pages;
        boolean broken;

        @Override
        public long applied(int shard) {
            return 0;
        }

        @Override
        public void write(List<TaskRow> written, long[] positions) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<byte[]> task(String id) {
            return Optional.ofNullable(rows.get(id));
        }

        @Override
        public Optional<byte[]> taskByKey(String tenant, String idempotencyKey) {
            return Optional.empty();
        }

        @Override
        public Page<byte[]> tasks(TaskQuery query) {
            if (broken) {
                throw new StoreException("closed");
            }
            pages++;
            int from = query.cursor() == null ? 0 : Integer.parseInt(query.cursor());
            List<byte[]> all = List.copyOf(rows.values());
            boolean last = from + 1 >= all.size();
            return new Page<>(
                    all.isEmpty() ? List.of() : all.subList(from, from + 1), last ? null : Integer.toString(from + 1));
        }

        @Override
        public List<TaskRow> rows(String afterId, int max) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int expire(long endedBeforeMillis, int max) {
            return 0;
        }
    }

    @BeforeEach
    void open() throws IOException {
        PayloadSettings settings = new PayloadSettings(1 << 20, 0, 0, ORPHAN);
        payloads = new Payloads(store, settings, clock, Runnable::run);
        sweep = new Sweep(payloads, memory::stream, history, () -> whole, ORPHAN, clock);
    }

    private Task task(String id, String input) {
        TaskSpec spec = TaskSpec.of("d").input(input).build();
        return Transitions.submit(id, spec, Set.of(), clock.instant());
    }

    private void remember(String id, String input) {
        history.rows.put(id, TaskCodec.encode(task(id, input)));
    }

    private boolean isThere(Payload payload) {
        return payloads.files().path(payload.sha256()).toFile().exists();
    }

    @Test
    void payloadWithoutATask_goesAfterItsGrace_andNotBefore() throws Exception {
        Payload payload = store(payloads, bytes(10));
        clock.advance(ORPHAN);
        assertThat(sweep.sweep()).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(sweep.sweep()).isEqualTo(1);
        assertThat(isThere(payload)).isFalse();
        assertThat(sweep.sweep()).isZero();
    }

    @Test
    void historyThatIsBeingBuiltAnew_isNotTrusted() throws Exception {
        store(payloads, bytes(10));
        clock.advance(ORPHAN.plusMillis(1));
        whole = false;
        assertThat(sweep.sweep()).isZero();
        whole = true;
        assertThat(sweep.sweep()).isEqualTo(1);
    }

    @Test
    void inputsAndResults_ofTasksInMemory_stay() throws Exception {
        Payload input = store(payloads, bytes(10));
        Payload result = store(payloads, bytes(11));
        Payload other = store(payloads, bytes(12));
        memory.add(task("00a", input.reference()));
        Task working = Transitions.assign(task("00b", null), "agent", true, clock.instant());
        memory.add(Transitions.complete(working, result.reference(), clock.instant()));
        clock.advance(ORPHAN.multipliedBy(2));
        assertThat(sweep.sweep()).isEqualTo(1);
        assertThat(isThere(input) && isThere(result) && !isThere(other)).isTrue();
    }

    @Test
    void payloadsOfTheHistory_stay_untilItsTasksAreDropped() throws Exception {
        Payload kept = store(payloads, bytes(10));
        Payload shared = store(payloads, bytes(11));
        remember("00a", "{\"a\":\"sha256:short\"}");
        remember("00b", kept.reference());
        remember("00c", shared.reference());
        remember("00d", shared.reference());
        clock.advance(ORPHAN.multipliedBy(2));
        assertThat(sweep.sweep()).isZero();
        history.rows.remove("00c");
        assertThat(sweep.sweep()).isZero();
        history.rows.remove("00d");
        assertThat(sweep.sweep()).isEqualTo(1);
        assertThat(isThere(kept) && !isThere(shared)).isTrue();
    }

    @Test
    void history_isNotReadAgain_forWhatIsKnownToBeReferredTo() throws Exception {
        remember("00a", store(payloads, bytes(10)).reference());
        clock.advance(ORPHAN.multipliedBy(2));
        sweep.sweep();
        assertThat(history.pages).isEqualTo(1);
        sweep.sweep();
        assertThat(history.pages).isEqualTo(1);
    }

    @Test
    void payloadThatIsReferredToAnew_whileTheSweepLooks_stays() throws Exception {
        Payload again = store(payloads, bytes(10));
        Payload uploadedAgain = store(payloads, bytes(11));
        clock.advance(ORPHAN.multipliedBy(2));
        Sweep raced = new Sweep(
                payloads,
                () -> {
                    // The submission comes after the sweep has looked at the files, and the task is seen by nobody yet.
                    assertThatCode(() -> payloads.keep(again)).doesNotThrowAnyException();
                    store(payloads, bytes(11));
                    return memory.stream();
                },
                history,
                () -> true,
                ORPHAN,
                clock);
        assertThat(raced.sweep()).isZero();
        assertThat(isThere(again) && isThere(uploadedAgain)).isTrue();
    }

    @Test
    void heldPayloads_stay() throws Exception {
        store(payloads, bytes(10));
        clock.advance(ORPHAN.multipliedBy(2));
        try (PayloadService.Hold hold = payloads.hold()) {
            assertThat(sweep.sweep()).as("under %s", hold).isZero();
        }
        assertThat(sweep.sweep()).isEqualTo(1);
    }

    @Test
    void nothingGoes_whenTheHistoryCannotBeRead() throws Exception {
        Payload payload = store(payloads, bytes(10));
        clock.advance(ORPHAN.multipliedBy(2));
        history.broken = true;
        assertThatThrownBy(sweep::sweep).isInstanceOf(StoreException.class);
        assertThat(isThere(payload)).isTrue();
    }

    @Test
    @Timeout(120)
    void sweeper_goesOnAfterAFailure_andEndsWhenStopped() throws Exception {
        Payload payload = store(payloads, bytes(10));
        clock.advance(ORPHAN.multipliedBy(2));
        history.broken = true;
        Duration shortest = Duration.ofSeconds(1);
        Sweep often = new Sweep(
                payloads,
                () -> {
                    history.broken = history.pages++ == 0;
                    return memory.stream();
                },
                history,
                () -> true,
                shortest,
                clock);
        Thread thread = new Thread(often);
        thread.start();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !isThere(payload));
        often.stop();
        thread.join();
        assertThat(thread.isAlive()).isFalse();
    }
}
