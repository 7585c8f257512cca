// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.plugin.base.Codec;
import io.skep.plugin.security.identity.MemoryKeyStore;
import io.skep.plugin.security.identity.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class ShelfTest {
    private final MemoryKeyStore store = new MemoryKeyStore();
    private final Shelf<Count> shelf = shelf(100);

    record Count(String id, int value) {}

    private Shelf<Count> shelf(int limit) {
        return new Shelf<>(store, new Codec(), "counts", Count.class, 4, limit);
    }

    private static CompletionStage<Optional<Count>> add(Shelf<Count> to, String id) {
        return to.update(
                id, old -> Optional.of(new Count(id, old.map(Count::value).orElse(0) + 1)));
    }

    @Test
    void entry_isKept() throws Exception {
        Values.get(add(shelf, "a"));
        Values.get(add(shelf, "a"));
        Values.get(add(shelf, "b"));

        Shelf<Count> again = shelf(100);

        assertThat(again.get("a")).contains(new Count("a", 2));
        assertThat(again.all()).hasSize(2).hasSize(again.size());
        Values.get(again.update("a", old -> Optional.empty()));
        assertThat(again.get("a")).isEmpty();
        shelf.reload();
        assertThat(shelf.get("a")).isEmpty();
        assertThat(shelf.size()).isEqualTo(1);
    }

    @Test
    void parallelChanges_loseNothing() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        store.on(threads);
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(add(shelf, "a" + i % 5).toCompletableFuture());
        }
        Values.get(CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])));
        threads.shutdown();

        assertThat(shelf.all()).extracting(Count::value).containsOnly(40).hasSize(5);
        assertThat(shelf(100).all()).hasSameElementsAs(shelf.all());
    }

    /** Reading happens whenever anything of the plugin was kept, and so beside every change. */
    @Test
    void changeWhileItIsReadAgain_isNotForgotten() throws Exception {
        Shelf<Count> one = new Shelf<>(store, new Codec(), "counts", Count.class, 1, 100);
        Values.get(add(one, "a"));
        store.whileLoading(() -> add(one, "a"));

        one.reload();

        assertThat(one.get("a")).contains(new Count("a", 2));
    }

    @Test
    void failedSave_changesNothing_andTheNextOneWorks() throws Exception {
        Values.get(add(shelf, "a"));
        store.failing(true);
        assertThatThrownBy(() -> Values.get(add(shelf, "a"))).hasMessageContaining("disk is full");
        assertThat(shelf.get("a")).contains(new Count("a", 1));

        store.failing(false);

        assertThat(Values.get(add(shelf, "a"))).contains(new Count("a", 2));
    }

    @Test
    void limitOfEntries_isSaid() throws Exception {
        Shelf<Count> small = shelf(2);
        Values.get(add(small, "a"));
        Values.get(add(small, "b"));

        assertThatThrownBy(() -> Values.get(add(small, "c"))).hasMessageContaining("no room for more");
        assertThat(Values.get(add(small, "b"))).contains(new Count("b", 2));
    }

    @Test
    void changesThatWait_areBounded() {
        store.on(never -> {});
        for (int i = 0; i < 256; i++) {
            add(shelf, "a");
        }
        assertThat(add(shelf, "a").toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void damagedDocument_isNotTakenForAnEmptyOne() {
        for (String damaged : List.of("{", "[]", "{\"entries\":{\"a\":{\"value\":\"x\"}}}", "")) {
            store.documents().put("counts-0", damaged);
            assertThatThrownBy(() -> shelf(100)).as(damaged).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void documentThatIsTooLong_isNotSaved() {
        Shelf<Count> one = new Shelf<>(store, new Codec(), "long", Count.class, 1, 100);
        String id = "x".repeat(KeyStore.MAX_CHARS);
        assertThatThrownBy(() -> Values.get(add(one, id))).hasMessageContaining("no room");
    }
}
