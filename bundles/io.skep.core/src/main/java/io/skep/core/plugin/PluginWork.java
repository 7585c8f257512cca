// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What core asks of a plugin besides calls of its capabilities, on the plugin's share of the threads. */
public final class PluginWork {
    private PluginWork() {}

    /** Something asynchronous; ends with whatever the plugin throws. */
    public static <T> CompletableFuture<T> on(
            Generation generation, Function<OrchestrationPlugin, @Nullable CompletionStage<T>> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            generation.lane().execute(() -> run(generation, work, result));
        } catch (RejectedExecutionException full) {
            result.completeExceptionally(full);
        }
        return result;
    }

    /** Gets a generation ready; answers what is wrong with what it offers, or null. */
    public static CompletableFuture<@Nullable String> ready(Generation generation, Orchestrator orchestrator) {
        return PluginWork.<Void>on(generation, plugin -> plugin.initialize(orchestrator))
                .thenCompose(ready -> ask(generation, OrchestrationPlugin::capabilities))
                .thenApply(offered -> offer(generation, offered));
    }

    /** Something synchronous; ends with whatever the plugin throws. */
    public static <T> CompletableFuture<T> ask(Generation generation, Function<OrchestrationPlugin, T> work) {
        return on(generation, plugin -> CompletableFuture.completedFuture(work.apply(plugin)));
    }

    /** A call on trial, which no caller waits for and no statistics count. */
    public static CompletableFuture<IntegrationResponse> process(Generation generation, IntegrationRequest request) {
        return on(generation, plugin -> plugin.process(request));
    }

    /** Takes over what a generation says it offers; answers what is wrong with it, or null. */
    public static @Nullable String offer(Generation generation, @Nullable List<Capability> offered) {
        if (offered == null || offered.isEmpty() || offered.stream().anyMatch(Objects::isNull)) {
            return "it offers nothing";
        }
        Set<String> ids = new HashSet<>();
        for (Capability capability : offered) {
            if (!ids.add(capability.id())) {
                return "it offers the capability " + capability.id() + " twice";
            }
        }
        generation.offer(offered);
        return null;
    }

    // Code of a plugin runs here, which may throw anything; it becomes the ending of the stage.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private static <T> void run(
            Generation generation,
            Function<OrchestrationPlugin, @Nullable CompletionStage<T>> work,
            CompletableFuture<T> result) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(generation.origin().loader());
        try {
            CompletionStage<T> stage = work.apply(generation.plugin());
            if (stage == null) {
                result.completeExceptionally(new IllegalStateException("it answered nothing"));
                return;
            }
            stage.whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(failure);
                }
            });
        } catch (Throwable failure) {
            result.completeExceptionally(failure);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
