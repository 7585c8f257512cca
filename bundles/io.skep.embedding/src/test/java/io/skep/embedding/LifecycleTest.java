// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.embedding.Embedder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class LifecycleTest {
    private static final String OS = System.getProperty("os.name");
    private static final String ARCH = System.getProperty("os.arch");

    @TempDir
    private Path base;

    private final List<Embedder> published = new CopyOnWriteArrayList<>();

    private Runnable publish(Embedder embedder) {
        published.add(embedder);
        return () -> published.remove(embedder);
    }

    private Lifecycle lifecycle() {
        return new Lifecycle(new Lifecycle.Machine(base, OS, ARCH), this::publish);
    }

    private static boolean isLoading() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("skep-embedding"));
    }

    @Test
    void embedder_comesOnceItAnswers_andGoes_andComesAgain() {
        for (int n = 0; n < 3; n++) {
            Lifecycle lifecycle = lifecycle();
            lifecycle.apply(Settings.DEFAULT);
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !published.isEmpty());
            assertThat(published.get(0).embed("an answer " + n))
                    .hasSize(Settings.DEFAULT.model().dimensions());
            lifecycle.close();
            assertThat(published).isEmpty();
            lifecycle.close();
        }
        assertThat(base).isEmptyDirectory();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !isLoading());
    }

    @Test
    void newSettings_areTakenOver_byTheSameEmbedder() {
        Lifecycle lifecycle = lifecycle();
        lifecycle.apply(Settings.DEFAULT);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !published.isEmpty());
        Embedder embedder = published.get(0);
        embedder.embed("kept");
        lifecycle.apply(new Settings(Choice.BGE, 2, 3, Duration.ofMillis(5), 0));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> embedder.cached("kept").isEmpty());
        assertThat(embedder.embed("kept")).hasSize(Settings.DEFAULT.model().dimensions());
        assertThat(published).containsExactly(embedder);
        lifecycle.close();
    }

    @Test
    void anotherModel_isAnotherEmbedder_andTheFirstGoesOnUntilItIsThere() {
        Lifecycle lifecycle = lifecycle();
        for (Choice choice : Choice.values()) {
            lifecycle.apply(Settings.DEFAULT.with(choice));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() ->
                            published.size() == 1 && published.get(0).model().equals(choice.model()));
            Embedder embedder = published.get(0);
            assertThat(embedder.embed("an answer")).hasSize(choice.dimensions());
            lifecycle.apply(Settings.DEFAULT.with(choice == Choice.MINILM ? Choice.BGE : Choice.MINILM));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !published.contains(embedder) && published.size() == 1);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThatThrownBy(() -> embedder.embed("too late"))
                            .hasMessage("the sentence embedder has gone"));
        }
        lifecycle.close();
        assertThat(published).isEmpty();
        assertThat(base).isEmptyDirectory();
    }

    @Test
    void machineWithoutALibrary_hasNoEmbedder() {
        Lifecycle lifecycle = new Lifecycle(new Lifecycle.Machine(base, "Windows 11", "amd64"), this::publish);
        lifecycle.apply(Settings.DEFAULT);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !isLoading());
        assertThat(published).isEmpty();
        lifecycle.close();
    }

    @Test
    void directory_thatCannotBeWritten_isNoReasonToFail_andIsTriedAgain() throws Exception {
        Path file = Files.writeString(base.resolve("taken"), "a file");
        Lifecycle lifecycle = new Lifecycle(new Lifecycle.Machine(file, OS, ARCH), this::publish);
        lifecycle.apply(Settings.DEFAULT);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !isLoading());
        assertThat(published).isEmpty();
        Files.delete(file);
        lifecycle.apply(Settings.DEFAULT);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !published.isEmpty());
        lifecycle.close();
    }

    @Test
    void closing_whileItLoads_leavesNothing() {
        Lifecycle lifecycle = lifecycle();
        lifecycle.apply(Settings.DEFAULT);
        lifecycle.close();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !isLoading());
        assertThat(published).isEmpty();
        assertThat(base).isEmptyDirectory();
    }

    @Test
    void restart_beforeTheFirstStartHasEnded_works() {
        Lifecycle first = lifecycle();
        first.apply(Settings.DEFAULT);
        Lifecycle second = lifecycle();
        second.apply(Settings.DEFAULT);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> published.size() == 2);
        Embedder kept = published.get(1);
        assertThat(kept.embed("from the one")).isEqualTo(published.get(0).embed("from the one"));
        first.close();
        second.close();
        assertThat(published).isEmpty();
        lifecycle().close();
        assertThat(base).isEmptyDirectory();
    }

    @Test
    void closing_whileItIsPublished_takesItAway() {
        CountDownLatch publishing = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Lifecycle lifecycle = new Lifecycle(new Lifecycle.Machine(base, OS, ARCH), embedder -> {
            Runnable gone = publish(embedder);
            publishing.countDown();
            await(closed);
            return gone;
        });
        lifecycle.apply(Settings.DEFAULT);
        await(publishing);
        lifecycle.close();
        closed.countDown();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(published::isEmpty);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
