// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.core.CoreSettings;
import io.skep.core.state.Shard;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Keeps memory and log within their bounds. Used by the engine's thread only. */
final class Housekeeping {
    private final CoreSettings settings;
    private final Projector projector;
    private final Trees trees;
    private final Snapshots snapshots;

    Housekeeping(CoreSettings settings, Projector projector, Trees trees, Snapshots snapshots) {
        this.settings = settings;
        this.projector = projector;
        this.trees = trees;
        this.snapshots = snapshots;
    }

    /** Looks after the shards that this turn changed. */
    void run(Turn turn) {
        Set<Integer> changed = new HashSet<>();
        turn.logged().forEach(entry -> changed.add(entry.shard()));
        if (changed.isEmpty()) {
            return;
        }
        long[] applied = projector.applied();
        List<Shard> shards = turn.state().shards();
        for (int number : changed) {
            Shard shard = shards.get(number);
            shard.forget(
                    settings.retainedTasks() / shards.size(),
                    settings.maxPayloadChars() / shards.size(),
                    applied[number],
                    trees::isNeeded);
            snapshots.consider(turn, shard);
        }
    }
}
