// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit;

import static io.skep.testkit.LogStoreContract.assertFails;
import static io.skep.testkit.LogStoreContract.bodies;
import static io.skep.testkit.LogStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.store.FencedException;
import io.skep.api.store.LogStore;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFullException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class InMemoryLogStoreTest extends LogStoreContract {
    private final Map<Path, InMemoryLogStore> stores = new HashMap<>();
    private final InMemoryLogStore memory = new InMemoryLogStore(2, Path.of("nowhere"));
    private final ShardLease lease = memory.acquire(0);

    @Override
    protected LogStore open(Path directory) {
        return stores.computeIfAbsent(directory, path -> new InMemoryLogStore(3, path));
    }

    @Override
    protected void close(LogStore store) {}

    @Test
    void manualMode_appendsArePendingUntilSync() {
        memory.manual();
        CompletionStage<Void> first = memory.append(lease, 1, bodies("a"));
        CompletionStage<Void> second = memory.append(lease, 2, bodies("b"));
        assertThat(first.toCompletableFuture()).isNotDone();
        assertThat(memory.pending()).isEqualTo(2);
        assertThat(memory.lastSeq(0)).isZero();

        memory.sync();
        done(first);
        done(second);
        assertThat(memory.lastSeq(0)).isEqualTo(2);
    }

    @Test
    void crash_forgetsWhatIsPending_andNothingElse() {
        done(memory.append(lease, 1, bodies("a")));
        memory.manual();
        CompletionStage<Void> lost = memory.append(lease, 2, bodies("b"));
        memory.crash();

        assertFails(lost, StoreException.class);
        memory.sync();
        assertThat(memory.lastSeq(0)).isEqualTo(1);
        CompletionStage<Void> other = memory.append(lease, 2, bodies("other"));
        memory.sync();
        done(other);
    }

    @Test
    void fullStore_refusesUntilThereIsSpace() {
        memory.manual();
        memory.full(true);
        CompletionStage<Void> first = memory.append(lease, 1, bodies("a"));
        CompletionStage<Void> second = memory.append(lease, 2, bodies("b"));
        memory.sync();
        assertFails(first, StoreFullException.class);
        assertFails(second, StoreFullException.class);
        assertThatThrownBy(() -> memory.keepSnapshot(lease, new Snapshot(0, new byte[0])))
                .isInstanceOf(StoreFullException.class);
        assertThat(memory.probe()).isFalse();

        memory.full(false);
        assertThat(memory.probe()).isTrue();
        CompletionStage<Void> again = memory.append(lease, 1, bodies("a"));
        memory.sync();
        done(again);
    }

    @Test
    void stoppedStore_refusesUntilItIsStartedAgain() {
        memory.stop();
        assertFails(memory.append(lease, 1, bodies("a")), StoreException.class);
        assertThatThrownBy(() -> memory.acquire(0)).isInstanceOf(StoreException.class);
        assertThat(memory.probe()).isFalse();

        memory.crash();
        done(memory.append(lease, 1, bodies("a")));
    }

    @Test
    void fencedShard_refusesItsLease() {
        memory.fence(0);
        assertFails(memory.append(lease, 1, bodies("a")), FencedException.class);
        done(memory.append(memory.acquire(0), 1, bodies("a")));
    }
}
