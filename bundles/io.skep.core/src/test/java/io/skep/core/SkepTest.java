// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skep.api.Refusal;
import io.skep.api.admin.Figures;
import io.skep.api.admin.Server;
import io.skep.api.agent.AgentSpec;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse.Gone;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkepTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private InMemoryLogStore log;
    private Skep skep;

    @BeforeEach
    void start() throws IOException {
        log = new InMemoryLogStore(16, directory);
        skep = new Skep(log, new InMemoryProjection(16), CoreSettings.DEFAULT);
    }

    @AfterEach
    void stop() {
        skep.close();
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static Refusal refusal(CompletionStage<?> stage) {
        CompletionException failure = org.assertj.core.api.Assertions.catchThrowableOfType(
                CompletionException.class,
                () -> stage.toCompletableFuture()
                        .orTimeout(60, TimeUnit.SECONDS)
                        .join());
        return (Refusal) failure.getCause();
    }

    @Test
    void manyTasks_goThroughManyWorkers() {
        EventCursor from = skep.events().end();
        for (int i = 0; i < 4; i++) {
            get(skep.agents().register(AgentSpec.of("a" + i, 10), false));
        }
        List<CompletableFuture<Task>> ends = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            ends.add(skep.tasks()
                    .submit(List.of(TaskSpec.of("t" + i).build()))
                    .thenCompose(s -> skep.tasks().awaitEnd(s.get(0).task().id(), Duration.ofMinutes(1)))
                    .toCompletableFuture());
        }
        int done = 0;
        while (done < 1000) {
            for (int i = 0; i < 4; i++) {
                List<Completion> completions = new ArrayList<>();
                for (Assignment a : get(skep.attempts().claim("a" + i, 10, Duration.ZERO))) {
                    Task task = a.task();
                    completions.add(new Completion(new AttemptRef(task.id(), task.token(), "a" + i), "1"));
                }
                skep.attempts().complete(completions).forEach(SkepTest::get);
                done += completions.size();
            }
        }
        ends.forEach(end -> assertThat(get(end).state()).isEqualTo(TaskState.COMPLETED));
        assertThat(get(skep.events().next(from, 100, Duration.ofSeconds(10))).events())
                .isNotEmpty();
    }

    @Test
    void server_saysHowItIs() {
        get(skep.agents().register(AgentSpec.of("a", 1), false));
        get(skep.tasks().submit(List.of(TaskSpec.of("x").build())));
        Server server = skep.server("1.2.3", List::of);

        Figures figures = server.figures();

        assertThat(server.version()).isEqualTo("1.2.3");
        assertThat(server.notReady()).isEmpty();
        assertThat(figures.agents()).isEqualTo(1);
        assertThat(figures.tasks()).containsEntry(TaskState.QUEUED, 1).containsEntry(TaskState.FAILED, 0);
        assertThat(figures.records()).isEqualTo(2);
        assertThat(figures.commits()).isEqualTo(2);
        assertThat(figures.waitingClaims()).isZero();
        assertThat(get(skep.call(new IntegrationRequest("none", null, null, "{}"))))
                .isInstanceOf(Gone.class);
        assertThat(skep.capabilities()).isEmpty();
    }

    @Test
    void stoppedStore_isNotReady() {
        log.stop();

        assertThat(refusal(skep.tasks().submit(List.of(TaskSpec.of("x").build())))
                        .reason())
                .isEqualTo(Refusal.Reason.UNAVAILABLE);
        assertThat(skep.server("1", List::of).notReady()).hasSize(1);
    }

    @Test
    void fullStore_isReadyAgainWhenThereIsSpace_thoughNobodyAsksForAnything() {
        log.manual();
        CompletionStage<?> refused =
                skep.tasks().submit(List.of(TaskSpec.of("x").build()));
        await().atMost(LONG).until(() -> log.pending() == 1 && engineWaits());
        log.full(true);
        log.sync();
        assertThat(refusal(refused).reason()).isEqualTo(Refusal.Reason.STORE_FULL);
        log.full(false);

        await().atMost(LONG).until(() -> skep.server("1", List::of).notReady().isEmpty());
    }

    /** Whether the engine's thread has nothing to do; for up to a minute, if nobody wakes it. */
    private static boolean engineWaits() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(t -> t.getName().equals("skep-engine") && t.getState() == Thread.State.TIMED_WAITING);
    }

    @Test
    void close_answersWhoStillWaits_andIsIdempotent() {
        get(skep.agents().register(AgentSpec.of("a", 1), false));
        CompletableFuture<List<Assignment>> waiting =
                skep.attempts().claim("a", 1, Duration.ofMinutes(1)).toCompletableFuture();

        skep.close();
        skep.close();

        assertThat(refusal(waiting).reason()).isEqualTo(Refusal.Reason.UNAVAILABLE);
        assertThat(refusal(skep.agents().heartbeat("a", null)).reason()).isEqualTo(Refusal.Reason.UNAVAILABLE);
        assertThat(refusal(skep.tasks().find("x")).reason().isRetryable()).isTrue();
    }

    @Test
    void close_makesDurableWhatWasAccepted() throws IOException {
        List<CompletableFuture<String>> ids = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            ids.add(skep.tasks()
                    .submit(List.of(TaskSpec.of("t" + i).build()))
                    .thenApply(s -> s.get(0).task().id())
                    .toCompletableFuture());
        }
        skep.close();
        assertThat(ids).allMatch(CompletableFuture::isDone);

        try (Skep again = new Skep(log, new InMemoryProjection(16), CoreSettings.DEFAULT)) {
            ids.stream()
                    .filter(id -> !id.isCompletedExceptionally())
                    .forEach(
                            id -> assertThat(get(again.tasks().find(id.join()))).isPresent());
        }
    }

    @Test
    void defectInTheEngine_makesItNotReady_andRefuses() {
        skep.engine().ask(turn -> {
            skep.engine().later(turn.now(), later -> {
                throw new IllegalStateException("defect");
            });
            return true;
        });
        await().atMost(LONG).until(() -> !skep.server("1", List::of).notReady().isEmpty());

        assertThat(refusal(skep.agents().heartbeat("a", null)).reason()).isEqualTo(Refusal.Reason.UNAVAILABLE);
    }

    @Test
    void emptyTokenFile_isNamed() throws IOException {
        skep.close();
        java.nio.file.Files.writeString(directory.resolve("admin.token"), "\n");

        assertThatThrownBy(() -> new Skep(log, new InMemoryProjection(16), CoreSettings.DEFAULT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("admin.token is empty");
    }
}
