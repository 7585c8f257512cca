// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skep.api.Refusal;
import io.skep.api.embedding.Embedder;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.context.consolidation.Level;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.items.ContextItem.Kind;
import io.skep.plugin.context.parts.Means;
import io.skep.plugin.context.parts.Workers;
import io.skep.plugin.context.sessions.Draft;
import io.skep.plugin.context.tokens.TokenCounter;
import io.skep.testkit.plugin.FakeOrchestrator;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CaretakerTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final int WAITING = 3;

    private final MemorySessions sessions = new MemorySessions();
    private final CountDownLatch held = new CountDownLatch(1);
    private @Nullable Embedder embedder;
    private @Nullable ContextConsolidation part;

    @AfterEach
    void close() {
        held.countDown();
        if (part != null) {
            part.close();
        }
    }

    private ContextConsolidation start(long aboveTokens) {
        Means means = new Means(
                new FakeOrchestrator(),
                new Codec(),
                Clock.systemUTC(),
                new Workers(),
                Path.of("unused"),
                () -> Optional.ofNullable(embedder));
        ConsolidationSettings settings = new ConsolidationSettings(
                aboveTokens, 100, 30, 0, 0, 1_000, 1_000, 100, WAITING, SummarySettings.DEFAULT);
        ContextConsolidation made = new ContextConsolidation(means, settings, sessions, new TokenCounter());
        made.start();
        part = made;
        return made;
    }

    private static List<ContextItem> talk(int count) {
        List<ContextItem> items = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String text = "I paid invoice " + i + " of Clara in Berlin, and it rained all the time there.";
            items.add(new ContextItem(i, Kind.MESSAGE, 0, "ada", text, null, null, false));
        }
        return items;
    }

    private static Draft said(String text) {
        return new Draft(Kind.MESSAGE, null, "ada", text, null, null, false);
    }

    /** Reading goes on only once it is let. */
    private List<ContextItem> held(List<ContextItem> items) {
        return new AbstractList<>() {
            @Override
            public ContextItem get(int index) {
                try {
                    assertThat(held.await(5, TimeUnit.MINUTES)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return items.get(index);
            }

            @Override
            public int size() {
                return items.size();
            }
        };
    }

    private static Results.Consolidation ended(CompletableFuture<Results.Consolidation> one) {
        return one.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static void isRefused(CompletableFuture<Results.Consolidation> one) {
        assertThatThrownBy(() -> ended(one)).hasCauseInstanceOf(Refusal.class);
    }

    @Test
    void aLargeContext_isConsolidatedByItself_whenItIsAppendedTo_andWhenItIsFound() {
        sessions.put("found", talk(40));
        sessions.put("grows", talk(1));
        start(500);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(sessions.items("found").items())
                        .hasSizeLessThan(20)
                        .isNotEmpty());
        sessions.append("grows", List.of(said("x ".repeat(400)), said("I was born in Riga in 1984.")));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(sessions.items("grows").items())
                        .hasSizeLessThan(3)
                        .isNotEmpty());
        assertThat(sessions.archive("found").items()).hasSize(40);
    }

    @Test
    void aContextThatIsPinned_isNotTriedAgainAndAgain() {
        List<ContextItem> pinned = talk(40).stream()
                .map(item -> new ContextItem(item.number(), item.kind(), 0, "ada", item.text(), null, null, true))
                .toList();
        sessions.put("a", pinned);
        ContextConsolidation made = start(500);
        await().atMost(LONG)
                .until(() -> made.status().done() == 1 && made.status().waiting() == 0);
        sessions.append("a", List.of(said("one more")));
        made.look();
        await().atMost(LONG).until(() -> made.status().items() == 41);
        assertThat(made.status().done()).isEqualTo(1);
        sessions.append("a", List.of(said("Much more. ".repeat(50))));
        await().atMost(LONG).until(() -> made.status().done() == 2);
    }

    @Test
    void anAgentThatWakes_hasItsOldContext_andWhatWaitsIsGone() {
        sessions.put("a", talk(40));
        sessions.put("b", talk(40));
        ContextConsolidation made = start(0);
        sessions.onRead(this::held);
        List<CompletableFuture<Results.Consolidation>> both = made.consolidate("ada", Level.DEEP);
        assertThat(both).hasSize(2);
        await().atMost(LONG).until(() -> "a".equals(made.status().running()));
        made.stop("ada");
        held.countDown();
        both.forEach(CaretakerTest::isRefused);
        sessions.onRead(items -> items);
        assertThat(sessions.items("a").items()).hasSize(40);
        assertThat(sessions.items("b").items()).hasSize(40);
        both = made.consolidate("ada", Level.DEEP);
        both.forEach(one -> assertThat(ended(one).state()).isEqualTo("done"));
    }

    @Test
    void closed_itLeavesOldContexts_andRefusesWhatWaits() {
        sessions.put("a", talk(40));
        sessions.put("b", talk(40));
        ContextConsolidation made = start(0);
        sessions.onRead(this::held);
        List<CompletableFuture<Results.Consolidation>> both = made.consolidate("ada", Level.DEEP);
        await().atMost(LONG).until(() -> "a".equals(made.status().running()));
        CompletableFuture<Void> closing = CompletableFuture.runAsync(made::close);
        isRefused(both.get(1));
        held.countDown();
        isRefused(both.get(0));
        closing.orTimeout(60, TimeUnit.SECONDS).join();
        assertThat(sessions.archive("a").items()).hasSize(40);
        assertThatThrownBy(() -> made.consolidate("ada", Level.DEEP)).isInstanceOf(Refusal.class);
    }

    @Test
    void tooManyWaiting_areRefused_andTheSameWishWaitsOnce() {
        sessions.put("a", talk(4));
        ContextConsolidation made = start(0);
        sessions.onRead(this::held);
        made.consolidate("ada", Level.DEEP);
        await().atMost(LONG).until(() -> "a".equals(made.status().running()));
        for (String id : List.of("b", "c", "d", "e")) {
            sessions.put(id, talk(4));
        }
        assertThatThrownBy(() -> {
                    made.consolidate("ada", Level.DEEP);
                    made.consolidate("ada", Level.LIGHT);
                })
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(WAITING + " sessions wait");
        assertThat(made.status().waiting()).isEqualTo(WAITING);
    }

    @Test
    void aContextThatChangedMeanwhile_isLeft_andTheFailureIsTold() {
        sessions.put("a", talk(40));
        ContextConsolidation made = start(0);
        sessions.onRead(this::held);
        CompletableFuture<Results.Consolidation> one =
                made.consolidate("ada", Level.DEEP).get(0);
        await().atMost(LONG).until(() -> "a".equals(made.status().running()));
        sessions.append("a", List.of(said("one more")));
        held.countDown();
        assertThatThrownBy(() -> ended(one)).hasMessageContaining("has changed");
        await().atMost(LONG).until(() -> made.status().failed() == 1);
        sessions.onRead(items -> items);
        assertThat(sessions.items("a").items()).hasSize(41);
    }

    @Test
    void aSessionErasedMeanwhile_isDeclined_andTheThreadGoesOn() {
        sessions.put("a", talk(4));
        sessions.put("b", talk(40));
        ContextConsolidation made = start(0);
        sessions.onRead(this::held);
        List<CompletableFuture<Results.Consolidation>> both = made.consolidate("ada", Level.DEEP);
        await().atMost(LONG).until(() -> "a".equals(made.status().running()));
        sessions.erase("a");
        held.countDown();
        assertThatThrownBy(() -> ended(both.get(0))).hasCauseInstanceOf(Declination.class);
        sessions.onRead(items -> items);
        assertThat(ended(both.get(1)).state()).isEqualTo("done");
    }

    @Test
    void everyItem_getsAVector_whenAnEncoderComes_andErasedOnesLoseIt() {
        sessions.put("a", talk(20));
        ContextConsolidation made = start(0);
        await().atMost(LONG).until(() -> made.status().items() == 20);
        assertThat(made.status().encoder()).isEqualTo(Recalling.LEXICAL);
        embedder = new Lengths();
        ended(made.consolidate("ada", Level.DEEP).get(0));
        await().atMost(LONG).until(() -> made.status().vectors() == 20);
        assertThat(made.status().encoder()).isEqualTo("lengths");
        sessions.erase("a", List.of(1L, 2L));
        await().atMost(LONG)
                .until(() -> made.status().items() == 18 && made.status().vectors() == 18);
    }

    @Test
    void whatAnotherGenerationErased_isFoundOutByLooking() {
        sessions.put("a", talk(20));
        ContextConsolidation made = start(0);
        await().atMost(LONG).until(() -> made.status().items() == 20);
        sessions.forget("a");
        made.look();
        await().atMost(LONG).until(() -> made.status().items() == 0);
    }

    /** A vector for each text. */
    private static final class Lengths implements Embedder {
        @Override
        public String model() {
            return "lengths";
        }

        @Override
        public int dimensions() {
            return 2;
        }

        @Override
        public Optional<float[]> cached(String text) {
            return Optional.empty();
        }

        @Override
        public float[] embed(String text) {
            double angle = text.length();
            return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
        }

        @Override
        public List<float[]> embedAll(List<String> texts) {
            return texts.stream().map(this::embed).toList();
        }
    }
}
