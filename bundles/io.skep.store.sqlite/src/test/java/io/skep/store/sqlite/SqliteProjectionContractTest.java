// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.store.ShardLease;
import io.skep.testkit.ProjectionContract;
import java.nio.file.Path;
import java.util.Collections;

class SqliteProjectionContractTest extends ProjectionContract {
    @Override
    protected Projection open(Path directory) {
        SqliteStore store = Stores.open(directory);
        for (int shard = 0; shard < SHARDS; shard++) {
            fill(store, shard);
        }
        return store;
    }

    /** A projection that is ahead of its log would be taken for that of another. */
    private static void fill(LogStore log, int shard) {
        if (log.lastSeq(shard) == 0) {
            ShardLease lease = log.acquire(shard);
            Stores.done(log.append(lease, 1, Collections.nCopies(10, new byte[1])));
        }
    }

    @Override
    protected void close(Projection projection) {
        ((SqliteStore) projection).close();
    }
}
