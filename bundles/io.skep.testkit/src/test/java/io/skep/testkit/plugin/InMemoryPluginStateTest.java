// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.plugin.PluginState;
import io.skep.api.plugin.PluginState.Document;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class InMemoryPluginStateTest {
    private static final Document ONE = new Document(1, "{}");

    private final InMemoryPluginState state = new InMemoryPluginState();

    private static void assertRefused(CompletionStage<Void> stage, Refusal.Reason reason) {
        assertThat(stage.toCompletableFuture())
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }

    @Test
    void document_isKept_untilItIsRemoved() {
        assertThat(state.put("b", ONE)).isCompleted();
        state.put("a", new Document(2, "[]"));
        assertThat(state.keys()).containsExactly("a", "b");
        assertThat(state.get("b")).contains(ONE);
        assertThat(state.remove("b")).isCompleted();
        assertThat(state.get("b")).isEmpty();
        assertThat(state.revision()).isZero();
    }

    @Test
    void limits_areKept() {
        assertRefused(state.put("a b", ONE), Refusal.Reason.INVALID);
        assertRefused(state.put("a", new Document(1, " ".repeat(PluginState.MAX_CHARS + 1))), Refusal.Reason.TOO_LARGE);
        for (int i = 0; i < PluginState.MAX_DOCUMENTS; i++) {
            state.put("k" + i, ONE);
        }
        assertRefused(state.put("one-more", ONE), Refusal.Reason.TOO_LARGE);
        assertThat(state.put("k0", ONE)).isCompleted();
    }

    @Test
    void retiredGeneration_changesNothing() {
        state.put("a", ONE);
        state.retire();
        assertRefused(state.put("a", ONE), Refusal.Reason.CONFLICT);
        assertRefused(state.remove("a"), Refusal.Reason.CONFLICT);
        assertThat(state.documents()).isEqualTo(Map.of("a", ONE));
    }

    @Test
    void revision_grows_whenOthersWrite() {
        state.become(Map.of("x", ONE));
        assertThat(state.revision()).isEqualTo(1);
        assertThat(state.documents()).containsOnlyKeys("x");
    }
}
