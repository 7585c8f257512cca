// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.agent.Agent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers when it is told to. */
final class SlowSleeper implements Sleeper {
    final List<CompletableFuture<Verdict>> asked = new ArrayList<>();

    @Override
    public CompletionStage<Verdict> prepare(Agent agent) {
        return ask();
    }

    @Override
    public CompletionStage<Verdict> restore(Agent agent) {
        return ask();
    }

    private CompletionStage<Verdict> ask() {
        CompletableFuture<Verdict> answer = new CompletableFuture<>();
        asked.add(answer);
        return answer;
    }
}
