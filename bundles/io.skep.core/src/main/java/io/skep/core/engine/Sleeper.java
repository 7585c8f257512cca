// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.agent.Agent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Who keeps what an agent knows while it sleeps. Thread-safe. */
public interface Sleeper {
    /** Nobody: agents sleep and wake as they are. */
    Sleeper NONE = new Sleeper() {
        @Override
        public CompletionStage<Verdict> prepare(Agent agent) {
            return CompletableFuture.completedFuture(Verdict.READY);
        }

        @Override
        public CompletionStage<Verdict> restore(Agent agent) {
            return CompletableFuture.completedFuture(Verdict.READY);
        }
    };

    /**
     * Before the agent sleeps; it holds nothing any more. Returns at once; the stage never fails, and completes within
     * bounds. May be asked again about the same sleep.
     */
    CompletionStage<Verdict> prepare(Agent agent);

    /** Before the agent gets tasks again; as {@link #prepare}. */
    CompletionStage<Verdict> restore(Agent agent);

    /**
     * What came of it.
     *
     * @param ready whether the agent may sleep; it is woken in any case
     * @param remark in words, empty for none
     */
    record Verdict(boolean ready, String remark) {
        /** All is well. */
        public static final Verdict READY = new Verdict(true, "");
    }
}
