// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import io.skep.api.admin.Figures;
import io.skep.api.admin.Server;
import io.skep.api.store.LogStore;
import java.util.List;
import java.util.Map;

/** Counts the records of a log, and knows a projection that is always up to date. */
record FakeServer(LogStore log) implements Server {
    @Override
    public Figures figures() {
        long records = 0;
        for (int shard = 0; shard < log.shards(); shard++) {
            records += log.lastSeq(shard);
        }
        return new Figures(Map.of(), 0, records, records, 0, 0);
    }

    @Override
    public List<String> notReady() {
        return List.of();
    }

    @Override
    public String version() {
        return "0";
    }
}
