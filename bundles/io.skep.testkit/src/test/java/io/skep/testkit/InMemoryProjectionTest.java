// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.store.Projection;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFullException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InMemoryProjectionTest extends ProjectionContract {
    private final Map<Path, InMemoryProjection> projections = new HashMap<>();

    @Override
    protected Projection open(Path directory) {
        return projections.computeIfAbsent(directory, path -> new InMemoryProjection(SHARDS));
    }

    @Override
    protected void close(Projection projection) {}

    @Test
    void switches_makeWritesFail_andChangeNothing() {
        InMemoryProjection projection = new InMemoryProjection(1);
        projection.full(true);
        assertThatThrownBy(() -> projection.write(List.of(), new long[] {1})).isInstanceOf(StoreFullException.class);
        projection.full(false);
        projection.stopped(true);
        assertThatThrownBy(() -> projection.write(List.of(), new long[] {1}))
                .isInstanceOf(StoreException.class)
                .isNotInstanceOf(StoreFullException.class);
        assertThat(projection.applied(0)).isZero();
        projection.stopped(false);
        projection.write(List.of(), new long[] {1});
        assertThat(projection.applied(0)).isEqualTo(1);
    }
}
