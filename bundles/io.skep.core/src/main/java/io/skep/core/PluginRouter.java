// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.task.Task;
import io.skep.core.codec.RankingCodec;
import io.skep.core.engine.Router;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Has the capability {@code semantic_routing} rank agents. While the server starts, its plugin may still be on the way:
 * until {@link #started} a question waits. Thread-safe.
 */
final class PluginRouter implements Router {
    private final Predicate<IntegrationRequest> offered;
    private final Function<IntegrationRequest, CompletionStage<IntegrationResponse>> call;
    private final Executor askers;
    private final CompletableFuture<Void> started = new CompletableFuture<>();

    /**
     * @param offered whether somebody serves, or may soon serve, such a request
     * @param call makes one
     * @param askers write the questions and read the answers
     * @param isStarting whether plugins are still on the way, until {@link #started}
     */
    PluginRouter(
            Predicate<IntegrationRequest> offered,
            Function<IntegrationRequest, CompletionStage<IntegrationResponse>> call,
            Executor askers,
            boolean isStarting) {
        if (!isStarting) {
            started();
        }
        this.offered = offered;
        this.call = call;
        this.askers = askers;
    }

    /** Everything that shall be there is there, or will not come soon. */
    void started() {
        started.complete(null);
    }

    @Override
    public boolean isOn(Task task) {
        return !started.isDone() || offered.test(request(task, ""));
    }

    @Override
    public CompletionStage<Verdict> rank(Task task, @Nullable List<String> candidates) {
        return started.thenComposeAsync(
                        ready -> call.apply(request(task, RankingCodec.question(task, candidates))), askers)
                .thenApplyAsync(PluginRouter::verdict, askers)
                .exceptionally(failure -> new Silent("routing failed: " + failure.getMessage(), true));
    }

    private static IntegrationRequest request(Task task, String data) {
        return new IntegrationRequest(
                Capabilities.SEMANTIC_ROUTING,
                null,
                null,
                task.id(),
                task.spec().tenant(),
                data);
    }

    private static Verdict verdict(IntegrationResponse response) {
        return response.fold(
                answered -> read(answered.data()),
                declined -> new Silent("routing declined: " + declined.reason(), true),
                failed -> new Silent("routing failed: " + failed.cause(), true),
                timedOut -> new Silent("routing gave no answer within " + timedOut.after(), true),
                gone -> new Silent("routing is not to be had: " + gone.reason(), false));
    }

    private static Verdict read(String data) {
        try {
            RankingCodec.Ranking ranking = RankingCodec.answer(data);
            return ranking.fits()
                    ? new Ranked(ranking.decision(), ranking.choices(), ranking.alike(), ranking.reasons())
                    : new NobodyFits(
                            ranking.decision(),
                            policy(ranking.policy()),
                            ranking.choices(),
                            ranking.alike(),
                            ranking.reasons());
        } catch (IOException e) {
            return new Silent("routing gave an answer that cannot be read: " + e.getMessage(), true);
        }
    }

    /** {@code ask} holds it too: a person says which agent it is for. */
    private static Policy policy(@Nullable String name) {
        if ("reject".equals(name)) {
            return Policy.REJECT;
        }
        return "hold".equals(name) || "ask".equals(name) ? Policy.HOLD : Policy.BEST;
    }
}
