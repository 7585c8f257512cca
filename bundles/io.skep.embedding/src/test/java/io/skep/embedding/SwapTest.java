// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One version of the bundle after the other in one JVM, each with the native library in its own class loader. */
@Timeout(300)
class SwapTest {
    private static final String TEXT = "Fix the failing unit test";

    @TempDir
    private Path base;

    @SuppressWarnings("unchecked")
    private static float[] embed(AutoCloseable embedder, String text) {
        return ((Function<String, float[]>) embedder).apply(text);
    }

    @Test
    void twoAtOnce_answerTheSame_andTheOneOutlivesTheOther() throws Exception {
        try (Generation one = Generation.of();
                Generation two = Generation.of()) {
            AutoCloseable before = one.embedder(base.resolve("one"));
            float[] answer = embed(before, TEXT);
            try (AutoCloseable after = two.embedder(base.resolve("two"))) {
                assertThat(after.getClass()).isNotEqualTo(before.getClass());
                assertThat(embed(after, TEXT)).isEqualTo(answer);
                before.close();
                assertThat(embed(after, "another text"))
                        .hasSize(Settings.DEFAULT.model().dimensions());
            }
        }
    }

    @Test
    void callsDuringManySwaps_areAllAnswered() throws Exception {
        AtomicReference<AutoCloseable> serving = new AtomicReference<>(start());
        AtomicLong answered = new AtomicLong();
        Thread caller = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                AutoCloseable present = serving.get();
                try {
                    embed(present, TEXT + answered.get());
                    answered.incrementAndGet();
                } catch (IllegalStateException e) {
                    // It has gone; one that has not must not say so.
                    assertThat(present).isNotSameAs(serving.get());
                }
            }
        });
        caller.start();
        for (int n = 0; n < 5; n++) {
            serving.getAndSet(start()).close();
            long before = answered.get();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> answered.get() > before + 1 || !caller.isAlive());
        }
        assertThat(caller.isAlive()).isTrue();
        caller.interrupt();
        caller.join();
        serving.get().close();
    }

    private AutoCloseable start() throws ReflectiveOperationException, IOException {
        return Generation.of().embedder(base);
    }

    @Test
    void closedOne_leavesNothing() throws Exception {
        WeakReference<ClassLoader> loader = new WeakReference<>(comeAndGo());
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            System.gc();
            return loader.refersTo(null);
        });
        assertThat(base).isEmptyDirectory();
    }

    private ClassLoader comeAndGo() throws Exception {
        try (Generation generation = Generation.of();
                AutoCloseable embedder = generation.embedder(base)) {
            embed(embedder, TEXT);
            return generation;
        }
    }
}
