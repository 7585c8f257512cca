// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the model itself. */
@Timeout(300)
class SentenceEmbedderTest {
    private static final String LONG = "a long text takes its time to be read and understood ".repeat(40);

    @TempDir
    private static Path base;

    private static OnnxLibrary library;
    private static SentenceEmbedder embedder;

    @BeforeAll
    static void load() throws IOException, OrtException {
        library = OnnxLibrary.load(base, Platform.of(System.getProperty("os.name"), System.getProperty("os.arch")));
        embedder = new SentenceEmbedder(library, Settings.DEFAULT);
    }

    @AfterAll
    static void close() {
        assertThat(embedder.close()).isTrue();
        library.close();
    }

    private static double cosine(float[] a, float[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> (double) a[i] * b[i])
                .sum();
    }

    private static double closeness(String a, String b) {
        return cosine(embedder.embed(a), embedder.embed(b));
    }

    @Test
    void textsOfLikeMeaning_areCloser() {
        String task = "fix the failing unit test";
        assertThat(closeness(task, "repair broken test"))
                .isGreaterThan(0.6)
                .isGreaterThan(closeness(task, "book a flight") + 0.4);
        assertThat(closeness("translate this letter into French", "write it in another language"))
                .isGreaterThan(closeness("translate this letter into French", "deploy the server to production"));
    }

    @Test
    void eachModel_hasItsVectors_andBoth_haveTheMeanOfTheirCosines() throws Exception {
        List<String> texts = List.of("fix the failing unit test", "repair broken test", "book a flight");
        double[][] cosines = new double[3][2];
        for (Choice choice : Choice.values()) {
            SentenceEmbedder one = new SentenceEmbedder(library, Settings.DEFAULT.with(choice));
            float[] task = one.embed(texts.get(0));
            assertThat(task).hasSize(choice.dimensions());
            assertThat(one.model()).isEqualTo(choice.model());
            cosines[choice.ordinal()][0] = cosine(task, one.embed(texts.get(1)));
            cosines[choice.ordinal()][1] = cosine(task, one.embed(texts.get(2)));
            assertThat(cosines[choice.ordinal()][0]).as(choice.model()).isGreaterThan(0.6);
            assertThat(cosines[choice.ordinal()][1]).as(choice.model()).isLessThan(0.3);
            assertThat(one.close()).isTrue();
        }
        for (int other = 0; other < 2; other++) {
            assertThat(cosines[2][other]).isEqualTo((cosines[0][other] + cosines[1][other]) / 2, Offset.offset(1e-5));
        }
    }

    @Test
    void vectors_areThoseOfAnotherImplementation() throws Exception {
        SentenceEmbedder minilm = new SentenceEmbedder(library, Settings.DEFAULT.with(Choice.MINILM));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                SentenceEmbedderTest.class.getResourceAsStream("reference-vectors.tsv"), StandardCharsets.UTF_8))) {
            List<String> all = lines.lines().toList();
            assertThat(all).hasSize(6);
            for (String line : all) {
                String[] columns = line.split("\t");
                float[] expected = new float[Network.DIMENSIONS];
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = Float.parseFloat(columns[i + 1]);
                }
                // Equal on the kind of processor they are from; others multiply numbers of 8 bits in another way.
                assertThat(cosine(minilm.embed(columns[0]), expected))
                        .as(columns[0])
                        .isGreaterThan(0.99);
            }
        }
        assertThat(minilm.close()).isTrue();
    }

    @Test
    void vector_isOfUnitLength_whateverTheText() {
        List<String> texts = List.of(
                "",
                " ",
                "\0",
                "x",
                "\ud800",
                "\udc00\ud800",
                "\uffff",
                "\ud83d\ude00\u200d",
                "a".repeat(1 << 20),
                "word ".repeat(200_000),
                "\u4e2d".repeat(1 << 20),
                ".".repeat(1 << 20),
                "e\u0301".repeat(1 << 19));
        for (String text : texts) {
            float[] vector = embedder.embed(text);
            assertThat(vector).hasSize(embedder.dimensions());
            assertThat(cosine(vector, vector)).isEqualTo(1, Offset.offset(1e-5));
        }
    }

    @Test
    void vector_ofATextInABatch_isThatOfTheTextAlone() throws Exception {
        List<String> texts = IntStream.range(0, 20)
                .mapToObj(i -> "batch " + "of many words ".repeat(i) + i)
                .toList();
        List<float[]> vectors = embedder.embedAll(texts);
        SentenceEmbedder alone = new SentenceEmbedder(library, settings(1, 1_000));
        assertThat(vectors).hasSameSizeAs(texts);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(alone.cached(texts.get(i))).isEmpty();
            assertThat(vectors.get(i)).isEqualTo(alone.embed(texts.get(i)));
        }
        assertThat(alone.close()).isTrue();
    }

    private static Settings settings(int concurrent, long waitMillis) {
        return new Settings(Choice.BGE, 1, concurrent, Duration.ofMillis(waitMillis), 100);
    }

    @Test
    void text_thatIsAskedForAgain_isAtHand() {
        assertThat(embedder.cached("never seen before")).isEmpty();
        float[] vector = embedder.embed("never seen before");
        assertThat(embedder.cached("never seen before")).containsSame(vector);
        assertThat(embedder.embed("never seen before")).isSameAs(vector);
        assertThat(embedder.model()).isEqualTo(Settings.DEFAULT.model().model());
    }

    @Test
    void manyThreads_getTheSameVectors() throws Exception {
        SentenceEmbedder many = new SentenceEmbedder(library, settings(4, 60_000));
        List<String> texts =
                IntStream.range(0, 60).mapToObj(i -> "task number " + i).toList();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<List<float[]>>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(threads.submit(() -> many.embedAll(texts)));
        }
        List<float[]> expected = embedder.embedAll(texts);
        for (Future<List<float[]>> answer : answers) {
            assertThat(answer.get()).usingRecursiveComparison().isEqualTo(expected);
        }
        threads.shutdown();
        assertThat(many.close()).isTrue();
    }

    @Test
    void text_thatWouldWaitTooLong_isRefusedAsBusy() throws Exception {
        SentenceEmbedder narrow = new SentenceEmbedder(library, settings(1, 0));
        AtomicInteger refused = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        for (int i = 0; i < 3; i++) {
            int number = i;
            threads.execute(() -> {
                for (int n = 0; !enough.get(); n++) {
                    try {
                        narrow.embed(LONG + number + " " + n);
                    } catch (IllegalStateException e) {
                        assertThat(e).hasMessage("the sentence embedder is busy: no inference ended within 0 ms");
                        refused.incrementAndGet();
                    }
                }
            });
        }
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> refused.get() > 3);
        enough.set(true);
        assertThat(narrow.close()).isTrue();
        threads.shutdown();
    }

    @Test
    void waiting_thatIsInterrupted_ends() throws Exception {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> embedder.embed("not seen, so that it would have to wait"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("interrupted");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(embedder.embed("the next one is answered")).isNotEmpty();
    }

    @Test
    void closing_whileInUse_waits_andLaterTextsAreRefused() throws Exception {
        SentenceEmbedder used = new SentenceEmbedder(library, settings(1, 60_000));
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<RuntimeException> end = new AtomicReference<>();
        Thread user = new Thread(() -> {
            try {
                for (int n = 0; ; n++) {
                    assertThat(used.embed(LONG + n))
                            .hasSize(Settings.DEFAULT.model().dimensions());
                    begun.countDown();
                }
            } catch (IllegalStateException e) {
                end.set(e);
            }
        });
        user.start();
        begun.await();
        assertThat(used.close()).isTrue();
        user.join();
        assertThat(end.get()).hasMessage("the sentence embedder has gone");
        assertThatThrownBy(() -> used.embed("too late")).isInstanceOf(IllegalStateException.class);
        assertThat(used.cached(LONG + 0)).isEmpty();
        assertThat(used.close()).isTrue();
    }

    @Test
    void newSettings_whileInUse_loseNoText() throws Exception {
        SentenceEmbedder used = new SentenceEmbedder(library, settings(1, 60_000));
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        List<Future<?>> users = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            users.add(threads.submit(() -> {
                for (int n = 0; !enough.get(); n++) {
                    used.embed("text " + number + " " + n);
                    answered.incrementAndGet();
                }
            }));
        }
        for (int n = 1; n <= 4; n++) {
            used.apply(new Settings(Choice.BGE, n % 2 + 1, n, Duration.ofMinutes(1), 10 * n));
            int before = answered.get();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> answered.get() > before + 10);
        }
        enough.set(true);
        for (Future<?> user : users) {
            user.get();
        }
        threads.shutdown();
        assertThat(used.close()).isTrue();
    }
}
