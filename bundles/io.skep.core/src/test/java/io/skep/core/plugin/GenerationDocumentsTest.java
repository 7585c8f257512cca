// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static io.skep.core.plugin.PluginBench.capability;
import static io.skep.core.plugin.PluginBench.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Refusal;
import io.skep.api.admin.PluginStatus;
import io.skep.api.plugin.ConditionalState;
import io.skep.api.plugin.ConditionalState.Outcome;
import io.skep.api.plugin.PluginState.Document;
import io.skep.api.plugin.StateChange;
import io.skep.testkit.plugin.RecordingPlugin;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GenerationDocumentsTest {
    private static final StateChange CHANGE =
            new StateChange(Map.of(), Map.of("a:1", Optional.of(new Document(1, "1"))));

    private final PluginBench bench = new PluginBench();
    private final NavigableMap<String, Document> kept = new ConcurrentSkipListMap<>();

    private final GenerationDocuments.Store store = new GenerationDocuments.Store() {
        @Override
        public NavigableMap<String, Document> of(String plugin) {
            return kept;
        }

        @Override
        public CompletionStage<Outcome> change(String plugin, StateChange change) {
            change.written().forEach((key, document) -> kept.put(key, document.orElseThrow()));
            return CompletableFuture.completedFuture(new Outcome(ConditionalState.Ending.DONE, null));
        }
    };

    @AfterEach
    void stop() {
        bench.close();
    }

    private Generation ready(String version) {
        return bench.ready("p", version, new RecordingPlugin(version), capability("echo"));
    }

    @Test
    void generationOnTrial_changesTheSameDocumentsAsTheOneThatServes() {
        Generation first = ready("1");
        bench.registry.promote(first, "first");
        ConditionalState serving = new GenerationDocuments(first, store);
        ConditionalState tried = new GenerationDocuments(ready("2"), store);

        get(tried.change(CHANGE));

        assertThat(serving.get("a:1")).contains(new Document(1, "1"));
        assertThat(serving.get("a:2")).isEmpty();
        kept.put("b:1", new Document(1, "2"));
        kept.put("a:", new Document(1, "3"));
        assertThat(tried.startingWith("a:")).containsOnlyKeys("a:", "a:1");
        assertThat(tried.startingWith("c")).isEmpty();
    }

    @Test
    void generationThatIsOver_changesNothing() {
        Generation generation = ready("1");
        ConditionalState documents = new GenerationDocuments(generation, store);
        bench.registry.become(generation, PluginStatus.State.ABANDONED, "late");

        assertThatThrownBy(() -> get(documents.change(CHANGE)))
                .cause()
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CONFLICT));
        assertThat(kept).isEmpty();
    }
}
