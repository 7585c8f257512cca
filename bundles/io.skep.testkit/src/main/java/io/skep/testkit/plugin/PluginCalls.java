// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Calls of a plugin from threads of their own, each with an end. Thread-safe. */
final class PluginCalls implements AutoCloseable {
    /** Threads of these names are ours and do not count as a plugin's. */
    static final String THREAD = "contract-call";

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, THREAD);
        thread.setDaemon(true);
        return thread;
    });

    private final Duration grace;

    /** @param grace what a busy machine may need besides the time that something has */
    PluginCalls(Duration grace) {
        this.grace = grace;
    }

    /** How a call ended and after what time, how long its caller was held, and whether it had ended by then. */
    record Reply(IntegrationResponse response, long tookNanos, long heldNanos, boolean atOnce) {
        boolean isAnswered() {
            return response instanceof IntegrationResponse.Answered;
        }
    }

    /** A request, and the time that its operation has. */
    record Question(IntegrationRequest request, Duration timeout) {
        static Question of(Capability capability, Operation operation, String data) {
            return new Question(
                    new IntegrationRequest(capability.id(), operation.name(), null, data), operation.timeout());
        }
    }

    /**
     * Makes a call.
     *
     * @throws AssertionError if it throws, ends exceptionally or with nothing, or does not end at all
     */
    Reply ask(OrchestrationPlugin plugin, Question question) throws InterruptedException {
        Future<Reply> reply = threads.submit(() -> {
            long begin = System.nanoTime();
            CompletionStage<IntegrationResponse> stage = plugin.process(question.request());
            long held = System.nanoTime() - begin;
            assertThat(stage).as("the stage of %s", question.request()).isNotNull();
            boolean atOnce = stage.toCompletableFuture().isDone();
            IntegrationResponse response = stage.toCompletableFuture()
                    .get(question.timeout().plus(grace).toMillis(), TimeUnit.MILLISECONDS);
            long took = System.nanoTime() - begin;
            assertThat(response).as("the response to %s", question.request()).isNotNull();
            return new Reply(response, took, held, atOnce);
        });
        return end(reply, question.timeout().plus(grace).plus(grace), question.request() + " ended");
    }

    /** What a stage of a plugin ends with, which must be within {@code atMost}. */
    <T> T await(Supplier<CompletionStage<T>> stage, Duration atMost, String what) throws InterruptedException {
        Future<T> value = threads.submit(() -> Objects.requireNonNull(stage.get(), what)
                .toCompletableFuture()
                .get(atMost.plus(grace).toMillis(), TimeUnit.MILLISECONDS));
        return end(value, atMost.plus(grace).plus(grace), what);
    }

    private static <T> T end(Future<T> future, Duration atMost, String what) throws InterruptedException {
        try {
            return future.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(what + " with " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new AssertionError(what + " not within " + atMost, e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
