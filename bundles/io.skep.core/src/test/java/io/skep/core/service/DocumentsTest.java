// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.plugin.PluginState;
import io.skep.api.plugin.PluginState.Document;
import io.skep.core.EngineHarness;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {
    private final EngineHarness h = new EngineHarness(
            EngineHarness.settings().with("snapshotRecords", 10).build(), 1);
    private Documents documents = new Documents(h.engine());

    private static Document document(String json) {
        return new Document(3, json);
    }

    private void put(String plugin, String key, String json) {
        h.get(documents.put(plugin, key, document(json)));
    }

    @Test
    void document_isKept_replaced_andRemoved() {
        put("p", "k", "1");
        put("p", "k", "2");
        put("q", "k", "3");

        assertThat(documents.of("p")).containsOnlyKeys("k").containsEntry("k", document("2"));
        assertThat(documents.of("q")).containsEntry("k", document("3"));
        h.get(documents.put("p", "k", null));
        h.get(documents.put("p", "never", null));
        assertThat(documents.of("p")).isEmpty();
        assertThat(documents.of("nobody")).isEmpty();
    }

    @Test
    void revision_countsTheChanges() {
        assertThat(documents.revision("p")).isZero();
        put("p", "k", "1");
        put("p", "k", "2");

        assertThat(documents.revision("p")).isEqualTo(2);
        assertThat(documents.revision("q")).isZero();
    }

    @Test
    void write_endsWhenItIsDurable() {
        h.log().manual();
        CompletionStage<Void> written = documents.put("p", "k", document("1"));
        h.run();
        assertThat(written.toCompletableFuture()).isNotDone();

        h.log().sync();

        h.get(written);
    }

    @Test
    void documents_surviveARestart_fromTheLogAndFromASnapshot() {
        for (int i = 0; i < 40; i++) {
            put("p", "k" + i % 7, String.valueOf(i));
        }
        h.get(documents.put("p", "k0", null));
        var before = new java.util.TreeMap<>(documents.of("p"));

        h.restart();

        documents = new Documents(h.engine());
        assertThat(documents.of("p")).isEqualTo(before).hasSize(6);
        boolean snapshot = false;
        for (int shard = 0; shard < EngineHarness.SHARDS; shard++) {
            snapshot |= h.log().snapshot(shard).isPresent();
        }
        assertThat(snapshot).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "ä"})
    void wrongKey_isRefused(String key) {
        assertThat(h.refusal(documents.put("p", key, document("1"))).field()).contains("key");
    }

    @Test
    void longestKey_isTaken_andALongerOneIsNot() {
        put("p", "k".repeat(200), "1");

        assertThat(h.refusal(documents.put("p", "k".repeat(201), document("1"))).field())
                .contains("key");
    }

    @Test
    void documentThatIsTooLong_isRefused() {
        put("p", "k", "x".repeat(PluginState.MAX_CHARS));

        Refusal refused = h.refusal(documents.put("p", "k", document("x".repeat(PluginState.MAX_CHARS + 1))));
        assertThat(refused.reason()).isEqualTo(Refusal.Reason.TOO_LARGE);
    }

    @Test
    void tooManyDocuments_areRefused_andTheOthersCanBeReplaced() {
        for (int i = 0; i < PluginState.MAX_DOCUMENTS; i++) {
            put("p", "k" + i, "1");
        }

        assertThat(h.refusal(documents.put("p", "more", document("1"))).reason())
                .isEqualTo(Refusal.Reason.TOO_LARGE);
        put("p", "k0", "2");
        put("q", "more", "1");
    }

    @Test
    void documentsThatAreTooLongTogether_areRefused() {
        String long256k = "x".repeat(PluginState.MAX_CHARS);
        for (int i = 0; i < 64; i++) {
            put("p", "k" + i, long256k);
        }

        assertThat(h.refusal(documents.put("p", "more", document("1"))).getMessage())
                .isEqualTo("the documents of a plugin have at most 16777216 characters together");
        put("p", "k0", "1");
        put("p", "more", "1");
    }
}
