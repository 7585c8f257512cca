// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.api.agent.Agent;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.core.codec.SleepCodec;
import io.skep.core.engine.Sleeper;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Has the capability {@code sleep_wake_cycles} prepare agents for their sleep and restore them. Where nobody offers it
 * agents sleep as they are; where it fails they stay awake. Nothing of it keeps one asleep. While the server starts, its
 * plugin may still be on the way: until {@link #started} a question waits. Thread-safe.
 */
final class PluginSleeper implements Sleeper {
    private final Function<IntegrationRequest, CompletionStage<IntegrationResponse>> call;
    private final Executor askers;
    private final CompletableFuture<Void> started = new CompletableFuture<>();

    /**
     * @param call makes a request
     * @param askers write the questions and read the answers
     * @param isStarting whether plugins are still on the way, until {@link #started}
     */
    PluginSleeper(
            Function<IntegrationRequest, CompletionStage<IntegrationResponse>> call,
            Executor askers,
            boolean isStarting) {
        this.call = call;
        this.askers = askers;
        if (!isStarting) {
            started();
        }
    }

    /** Everything that shall be there is there, or will not come soon. */
    void started() {
        started.complete(null);
    }

    @Override
    public CompletionStage<Verdict> prepare(Agent agent) {
        return ask("prepare", agent);
    }

    @Override
    public CompletionStage<Verdict> restore(Agent agent) {
        return ask("restore", agent);
    }

    private CompletionStage<Verdict> ask(String operation, Agent agent) {
        return started.thenComposeAsync(
                        ready -> call.apply(new IntegrationRequest(
                                Capabilities.SLEEP_WAKE_CYCLES,
                                operation,
                                agent.id(),
                                SleepCodec.question(agent.id(), agent.cause()))),
                        askers)
                .thenApplyAsync(PluginSleeper::verdict, askers)
                .exceptionally(failure -> silent("failed: " + failure.getMessage()));
    }

    private static Verdict verdict(IntegrationResponse response) {
        return response.fold(
                answered -> read(answered.data()),
                declined -> silent("declined: " + declined.reason()),
                failed -> silent("failed: " + failed.cause()),
                timedOut -> silent("gave no answer within " + timedOut.after()),
                gone -> Verdict.READY);
    }

    private static Verdict read(String data) {
        try {
            SleepCodec.Answer answer = SleepCodec.answer(data);
            return new Verdict(answer.ready(), answer.remark());
        } catch (IOException e) {
            return silent("gave an answer that cannot be read: " + e.getMessage());
        }
    }

    private static Verdict silent(String what) {
        return new Verdict(false, Capabilities.SLEEP_WAKE_CYCLES + ' ' + what);
    }
}
