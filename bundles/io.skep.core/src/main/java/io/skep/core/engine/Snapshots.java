// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.store.LogStore;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.core.codec.SnapshotCodec;
import io.skep.core.state.Shard;
import java.util.ArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Now and then keeps the state of a shard, so that a restart need not read the whole log, and drops the log that nobody
 * needs any more. One shard at a time; the engine's thread only copies references.
 */
final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    private final LogStore log;
    private final Journal journal;
    private final Projector projector;
    private final Executor executor;
    private final int everyRecords;
    private final long retainedPerShard;
    private final long[] lastSeq;
    private final AtomicBoolean busy = new AtomicBoolean();

    Snapshots(Journal journal, LogStore log, Projector projector, Executor executor, Policy policy) {
        this.journal = journal;
        this.log = log;
        this.projector = projector;
        this.executor = executor;
        this.everyRecords = policy.everyRecords();
        this.retainedPerShard = policy.retainedEvents() / log.shards();
        this.lastSeq = new long[log.shards()];
        for (int shard = 0; shard < lastSeq.length; shard++) {
            lastSeq[shard] = log.snapshot(shard).map(Snapshot::seq).orElse(0L);
        }
    }

    /**
     * How often, and what is kept.
     *
     * @param everyRecords of a shard, at least; more for shards of many tasks, so that the cost per record stays flat
     * @param retainedEvents records of all shards that readers of events may still want
     */
    record Policy(int everyRecords, int retainedEvents) {}

    /** Looks whether the shard is due; called within the turn that changed it. */
    void consider(Turn turn, Shard shard) {
        long since = shard.seq() - lastSeq[shard.number()];
        if (since < Math.max(everyRecords, 2L * shard.tasks().size()) || !busy.compareAndSet(false, true)) {
            return;
        }
        lastSeq[shard.number()] = shard.seq();
        SnapshotCodec.Content content = new SnapshotCodec.Content(
                shard.orderedTasks(),
                new ArrayList<>(shard.agents()),
                new ArrayList<>(shard.plugins()),
                shard.allDocuments());
        long seq = shard.seq();
        turn.answer(failure -> {
            try {
                if (failure == null) {
                    executor.execute(() -> keep(shard.number(), seq, content));
                    return;
                }
            } catch (RejectedExecutionException full) {
                LOG.warn("no snapshot of shard {}: too many reads of the store wait", shard.number());
            }
            busy.set(false);
        });
    }

    private void keep(int shard, long seq, SnapshotCodec.Content content) {
        try {
            log.keepSnapshot(journal.lease(shard), new Snapshot(seq, SnapshotCodec.encode(content)));
            long unneeded = Math.min(seq, Math.min(projector.applied()[shard], log.lastSeq(shard) - retainedPerShard));
            if (unneeded >= log.firstSeq(shard)) {
                log.trim(journal.lease(shard), unneeded);
            }
        } catch (StoreException failed) {
            LOG.warn("no snapshot of shard {}: {}", shard, failed.getMessage());
        } finally {
            busy.set(false);
        }
    }
}
