// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.event.EventCursor;
import io.skep.api.plugin.PluginState.Document;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VaultTest {
    private static final EventCursor AT = EventCursor.of(3, 4);

    private final InMemoryPluginState state = new InMemoryPluginState();
    private final Vault vault = new Vault(state.conditional(), new Codec());

    private record Value(int n) {}

    private static Map<String, Optional<Object>> writes(int n) {
        return Map.of("a", Optional.of(new Value(n)));
    }

    private static boolean commit(Vault vault, int n) {
        return vault.commit(writes(n), AT).toCompletableFuture().join();
    }

    @Test
    void whatIsKept_isReadByTheNext_withThePositionUpToWhichItCounts() {
        assertThat(vault.load()).isNull();
        assertThat(commit(vault, 1)).isTrue();
        assertThat(commit(vault, 2)).isTrue();
        Vault next = new Vault(state.conditional(), new Codec());
        assertThat(next.load()).isEqualTo(AT);
        assertThat(next.read("a", Value.class)).contains(new Value(2));
    }

    @Test
    void ofTwoWriters_theSecondIsRefused_untilItHasLoaded() {
        Vault other = new Vault(state.conditional(), new Codec());
        vault.load();
        other.load();
        assertThat(commit(vault, 1)).isTrue();
        assertThat(commit(other, 2)).isFalse();
        assertThat(other.isLost()).isTrue();
        assertThat(other.isBusy()).isTrue();
        assertThat(state.get("a").orElseThrow().json()).isEqualTo("{\"n\":1}");
        other.load();
        assertThat(commit(other, 3)).isTrue();
        assertThat(commit(vault, 4)).isFalse();
    }

    @Test
    void whoNoLongerServes_isLost() {
        vault.load();
        state.retire();
        assertThat(vault.commit(writes(1), AT).toCompletableFuture().join()).isFalse();
        assertThat(vault.isLost()).isTrue();
        assertThat(vault.remove("a").toCompletableFuture()).isCompleted();
    }

    @Test
    void otherSchemas_areNeitherReadNorWritten() {
        state.put("a", new Document(7, "{\"n\":9}"));
        vault.load();
        assertThat(vault.read("a", Value.class)).isEmpty();
        assertThat(commit(vault, 1)).isTrue();
        assertThat(state.get("a")).contains(new Document(7, "{\"n\":9}"));
        assertThatThrownBy(() -> vault.update("a", Value.class, new Value(0), one -> one))
                .isInstanceOf(Declination.class);
        state.put("place", new Document(7, "{}"));
        vault.load();
        assertThat(commit(vault, 2)).isFalse();
    }

    @Test
    void whatCannotBeRead_beginsAnew() {
        state.put("place", new Document(1, "{\"number\":1,\"cursor\":\"?\"}"));
        state.put("a", new Document(1, "[]"));
        assertThat(vault.load()).isNull();
        assertThat(vault.read("a", Value.class)).isEmpty();
    }
}
