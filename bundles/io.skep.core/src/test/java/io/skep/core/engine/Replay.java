// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.task.Task;
import io.skep.core.EngineHarness;
import io.skep.core.codec.TaskCodec;
import io.skep.core.state.AgentRecord;
import io.skep.core.state.Shard;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Holds what is in memory against what is in the log and the projection, when everything is durable. */
final class Replay {
    private Replay() {}

    /** The log, and the projection, say what memory says. */
    static void check(EngineHarness h) {
        long[] nothingNew = new long[EngineHarness.SHARDS];
        for (int shard = 0; shard < nothingNew.length; shard++) {
            nothingNew[shard] = h.log().lastSeq(shard);
            assertThat(h.projection().applied(shard)).isEqualTo(nothingNew[shard]);
        }
        List<Shard> replayed = new Recovery(h.log())
                .readAll(nothingNew).stream().map(Recovery.Recovered::shard).toList();
        for (Shard shard : h.engine().state().shards()) {
            Shard again = replayed.get(shard.number());
            assertThat(again.seq()).isEqualTo(shard.seq());
            assertThat(again.liveCount()).isEqualTo(shard.liveCount());
            for (Task task : shard.tasks()) {
                assertThat(again.task(task.id())).isEqualTo(task);
                assertThat(projected(h, task.id())).isEqualTo(task);
            }
            assertThat(byId(again)).isEqualTo(byId(shard));
        }
    }

    private static Task projected(EngineHarness h, String id) {
        try {
            return TaskCodec.decode(
                    h.projection().task(id).orElseThrow(() -> new AssertionError(id + " is not projected")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, AgentRecord> byId(Shard shard) {
        return shard.agents().stream().collect(Collectors.toMap(AgentRecord::id, agent -> agent));
    }
}
