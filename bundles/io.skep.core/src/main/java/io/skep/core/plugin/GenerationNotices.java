// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.Refusal;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** What one generation of a plugin tells the readers of events; nothing while it is being tried. Thread-safe. */
public final class GenerationNotices {
    private final Generation generation;
    private final PluginState state;
    private final Sink sink;
    private final AtomicInteger untold = new AtomicInteger();

    /** Where events go. */
    public interface Sink {
        /** Has the readers learn it; completes when it is durable. */
        CompletionStage<Void> tell(String plugin, Notice notice);
    }

    /** {@code state} of that generation knows whether it is being tried. */
    public GenerationNotices(Generation generation, PluginState state, Sink sink) {
        this.generation = generation;
        this.state = state;
        this.sink = sink;
    }

    /** As {@link Orchestrator#tell}. */
    public CompletionStage<Void> tell(Notice notice) {
        try {
            check(notice);
            if (state.isTrial()) {
                return CompletableFuture.completedFuture(null);
            }
            generation.checkWrites();
            count();
        } catch (Refusal refused) {
            return CompletableFuture.failedFuture(refused);
        }
        return sink.tell(generation.name(), notice).whenComplete((told, refused) -> untold.decrementAndGet());
    }

    private void check(Notice notice) {
        String name = generation.name();
        String first = notice.type().substring(0, notice.type().indexOf('.'));
        if (!name.equals(first) && !name.endsWith('-' + first)) {
            throw Refusal.invalid(
                    "type",
                    "what plugin " + name + " tells begins with its name or the end of it after a hyphen, not with "
                            + first);
        }
    }

    private void count() {
        if (untold.incrementAndGet() > Orchestrator.MAX_UNTOLD) {
            untold.decrementAndGet();
            throw Refusal.retryLater(
                    Refusal.Reason.BUSY,
                    Orchestrator.MAX_UNTOLD + " notices of " + generation + " are not durable yet",
                    Duration.ofSeconds(1));
        }
    }
}
