// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import java.util.ArrayList;
import java.util.List;

/** Records of the server's own log, so that a limit is measured with the very bytes of the product. */
final class Records {
    private static final int OF_EACH_SHARD = 250;

    private Records() {}

    /**
     * The newest records of every shard.
     *
     * @throws IllegalStateException if there are none: some task has to be done first
     */
    static List<byte[]> newest(LogStore log) {
        List<byte[]> newest = new ArrayList<>();
        for (int shard = 0; shard < log.shards(); shard++) {
            long from = Math.max(log.firstSeq(shard), log.lastSeq(shard) - OF_EACH_SHARD + 1);
            log.read(shard, from, OF_EACH_SHARD).stream().map(LogRecord::body).forEach(newest::add);
        }
        if (newest.isEmpty()) {
            throw new IllegalStateException("the log is empty; run CYCLES first");
        }
        return newest;
    }
}
