// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static io.skep.core.plugin.PluginBench.capability;
import static io.skep.core.plugin.PluginBench.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.admin.PluginStatus;
import io.skep.api.plugin.PluginState;
import io.skep.api.plugin.PluginState.Document;
import io.skep.testkit.plugin.RecordingPlugin;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GenerationStateTest {
    private final PluginBench bench = new PluginBench();
    private final Durable durable = new Durable();

    private static final class Durable implements GenerationState.Store {
        private final NavigableMap<String, Document> documents = new ConcurrentSkipListMap<>();
        private long revision;

        @Override
        public NavigableMap<String, Document> of(String plugin) {
            return documents;
        }

        @Override
        public long revision(String plugin) {
            return revision;
        }

        @Override
        public CompletionStage<Void> put(String plugin, String key, Document document) {
            if (document == null) {
                documents.remove(key);
            } else {
                documents.put(key, document);
            }
            revision++;
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void check(String key, Document document) {
            if (key.isEmpty()) {
                throw Refusal.invalid("key", "no key");
            }
        }
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private static Document document(String json) {
        return new Document(1, json);
    }

    private Generation ready(String version) {
        return bench.ready("p", version, new RecordingPlugin(version), capability("echo"));
    }

    private PluginState state(Generation generation) {
        return bench.registry.state(generation, durable);
    }

    private static Refusal refusal(CompletionStage<?> stage) {
        try {
            throw new AssertionError("not refused: " + get(stage));
        } catch (CompletionException failed) {
            return (Refusal) failed.getCause();
        }
    }

    @Test
    void onlyGeneration_writesTheDurableDocuments() {
        PluginState state = state(ready("1"));

        get(state.put("a", document("1")));

        assertThat(durable.documents).containsEntry("a", document("1"));
        assertThat(state.get("a")).contains(document("1"));
        assertThat(state.keys()).containsExactly("a");
        get(state.remove("a"));
        assertThat(state.keys()).isEmpty();
        assertThat(state.get("a")).isEmpty();
    }

    @Test
    void candidate_readsAndWritesACopy() {
        durable.documents.put("a", document("1"));
        bench.registry.promote(ready("1"), "first");
        PluginState trial = state(ready("2"));

        get(trial.put("a", document("2")));
        get(trial.put("b", document("3")));
        durable.documents.put("c", document("4"));

        assertThat(trial.keys()).containsExactly("a", "b");
        assertThat(trial.get("a")).contains(document("2"));
        assertThat(durable.documents.keySet()).containsExactly("a", "c");
        get(trial.remove("a"));
        assertThat(trial.keys()).containsExactly("b");
        assertThat(durable.documents).containsEntry("a", document("1"));
        assertThat(refusal(trial.put("", document("1"))).field()).contains("key");
        assertThat(trial.revision()).isZero();
        assertThat(trial.isTrial()).isTrue();
        assertThat(trial.isServing()).isFalse();
    }

    @Test
    void promotion_dropsTheCopy_andChangesTheRevision() {
        Generation first = ready("1");
        PluginState old = state(first);
        assertThat(old.isServing()).isTrue();
        bench.registry.promote(first, "first");
        assertThat(old.isServing()).isTrue();
        Generation next = ready("2");
        PluginState trial = state(next);
        get(trial.put("a", document("2")));
        long before = trial.revision();

        bench.registry.promote(next, "better");

        assertThat(trial.revision()).isNotEqualTo(before);
        assertThat(trial.isTrial()).isFalse();
        assertThat(trial.isServing()).isTrue();
        assertThat(old.isServing()).isFalse();
        assertThat(trial.keys()).isEmpty();
        get(trial.put("a", document("3")));
        assertThat(durable.documents).containsEntry("a", document("3"));
        assertThat(trial.revision()).isEqualTo(before + 2);
    }

    @Test
    void copy_isBounded() {
        bench.registry.promote(ready("1"), "first");
        PluginState trial = state(ready("2"));
        for (int i = 0; i < PluginState.MAX_DOCUMENTS; i++) {
            get(trial.put("k" + i, document("1")));
        }

        assertThat(refusal(trial.put("more", document("1"))).reason()).isEqualTo(Refusal.Reason.TOO_LARGE);
        get(trial.put("k0", document("2")));
        assertThat(trial.get("k0")).contains(document("2"));
    }

    @ParameterizedTest
    @EnumSource(PluginStatus.State.class)
    void writer_isWhoServesOrGetsReadyOrEndsItsCalls(PluginStatus.State now) {
        Generation generation = ready("1");
        PluginState state = state(generation);
        bench.registry.become(generation, now, "so");

        CompletionStage<Void> written = state.put("a", document("1"));

        switch (now) {
            case INITIALISING, CANDIDATE, SERVING, DRAINING -> {
                get(written);
                assertThat(durable.documents).containsKey("a");
            }
            case ABANDONED, QUARANTINED, FAILED -> {
                assertThat(refusal(written).reason()).isEqualTo(Refusal.Reason.CONFLICT);
                assertThat(durable.documents).isEmpty();
                assertThat(state.keys()).isEmpty();
            }
        }
    }

    @Test
    void lastCalls_writeTheDurableDocuments_ofAGenerationThatWroteNoneWhileItServed() {
        bench.registry.promote(ready("1"), "first");
        Generation tried = ready("2");
        PluginState state = state(tried);
        bench.registry.promote(tried, "better");
        bench.registry.promote(ready("3"), "better still");

        get(state.put("a", document("1")));

        assertThat(durable.documents).containsEntry("a", document("1"));
    }
}
