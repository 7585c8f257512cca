// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.documents;

import io.skep.api.Refusal;
import io.skep.api.plugin.ConditionalState;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.StateChange.Delegation;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.PluginThreads;
import io.skep.plugin.sharedstate.documents.Results.Changed;
import io.skep.plugin.sharedstate.documents.Results.Counted;
import io.skep.plugin.sharedstate.documents.Results.Delegated;
import io.skep.plugin.sharedstate.documents.Results.Found;
import io.skep.plugin.sharedstate.documents.Results.Held;
import io.skep.plugin.sharedstate.documents.Results.Listed;
import io.skep.plugin.sharedstate.documents.Results.Released;
import io.skep.plugin.sharedstate.documents.Results.Watched;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The shared documents of every tenant, as calls see them. Thread-safe; no method blocks. */
public final class Documents implements AutoCloseable {
    private final Orchestrator orchestrator;
    private final ThreadPoolExecutor thread;
    private final Groups groups;
    private final Watchers watchers;

    /** Of the plugin that the orchestrator was given to. */
    public Documents(Orchestrator orchestrator, Codec codec, Clock clock, Limits limits) {
        this.orchestrator = orchestrator;
        ConditionalState state = orchestrator.documents();
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                work -> PluginThreads.daemon(work, "skep-shared-documents"));
        this.watchers = new Watchers(limits.watchers());
        this.groups = new Groups(state, codec, clock, limits, thread, watchers::changed);
    }

    /** The documents of some keys. */
    public CompletionStage<Found> get(Reach reach, Requests.Get asked) {
        return groups.add(reach.tenant(), book -> Looks.get(book, asked));
    }

    /** The documents in order. */
    public CompletionStage<Listed> list(Reach reach, Requests.Listing asked) {
        return groups.add(reach.tenant(), book -> Looks.list(book, asked));
    }

    /** What has changed; waits for a change if there is none, as long as it says. */
    public CompletionStage<Watched> watch(Reach reach, Requests.Watch asked) {
        int millis = Objects.requireNonNullElse(asked.waitMillis(), 0);
        // The wait begins within the look, so that no change can come in between.
        CompletableFuture<Void> change = new CompletableFuture<>();
        return groups.add(reach.tenant(), book -> {
                    Watched seen = Looks.watch(book, asked);
                    if (millis > 0 && seen.changes().isEmpty() && !seen.gap()) {
                        watchers.add(reach.tenant(), change, millis);
                    } else {
                        change.complete(null);
                    }
                    return seen;
                })
                .thenCompose(seen -> seen.changes().isEmpty() && !seen.gap() && millis > 0
                        ? change.thenCompose(changed -> groups.add(reach.tenant(), book -> Looks.watch(book, asked)))
                        : CompletableFuture.completedFuture(seen));
    }

    /** A document says something, if it is as expected. */
    public CompletionStage<Changed> set(Reach reach, Requests.Set asked) {
        return groups.add(reach.tenant(), book -> Changes.set(book, reach, asked));
    }

    /** A number changes, within its bounds. */
    public CompletionStage<Counted> add(Reach reach, Requests.Add asked) {
        return groups.add(reach.tenant(), book -> Changes.add(book, reach, asked));
    }

    /** A document goes. */
    public CompletionStage<Changed> delete(Reach reach, Requests.Delete asked) {
        return groups.add(reach.tenant(), book -> Changes.delete(book, reach, asked));
    }

    /** Several documents change, all or none. */
    public CompletionStage<Changed> transact(Reach reach, Requests.Transact asked) {
        return groups.add(reach.tenant(), book -> Changes.transact(book, reach, asked));
    }

    /** A lock is taken or renewed, if it is free or its holder's. */
    public CompletionStage<Held> take(Reach reach, Requests.Take asked) {
        return groups.add(reach.tenant(), book -> Changes.take(book, reach, asked));
    }

    /** A lock is given back. */
    public CompletionStage<Released> release(Reach reach, Requests.Release asked) {
        return groups.add(reach.tenant(), book -> Changes.release(book, asked));
    }

    /** A task is given to an agent, and documents of its tenant change with that. */
    public CompletionStage<Delegated> delegate(Reach reach, boolean everyTenant, Requests.Delegate asked) {
        String id = Objects.requireNonNull(asked.task());
        String agent = Objects.requireNonNull(asked.agent());
        return find(id).thenCompose(task -> {
            boolean elsewhere = !everyTenant && !task.spec().tenant().equals(reach.tenant());
            boolean anothers =
                    reach.owner() != null && !reach.owner().equals(task.spec().owner());
            if (elsewhere || anothers) {
                throw noTask(id);
            }
            Reach there = new Reach(task.spec().tenant(), reach.caller(), reach.owner());
            Delegation wanted = new Delegation(id, agent, "it was delegated to " + agent + " by " + reach.caller());
            return groups.delegate(there.tenant(), book -> delegate(book, there, wanted, asked.documents()))
                    .thenCompose(result -> result.task() == null ? lost(id, result.value()) : won(agent, result));
        });
    }

    private static Changed delegate(Book book, Reach reach, Delegation wanted, Requests.@Nullable Transact documents) {
        Changed changed = documents == null
                ? new Changed(true, book.revision(), List.of())
                : Changes.transact(book, reach, documents);
        if (changed.done()) {
            book.delegate(wanted);
        }
        return changed;
    }

    private static CompletionStage<Delegated> won(String agent, Groups.Result<Changed> result) {
        Task task = Objects.requireNonNull(result.task());
        return CompletableFuture.completedFuture(
                result.first()
                        ? new Delegated(true, task.id(), agent, task.state().wire(), result.value())
                        : winner(task, null));
    }

    /** The documents were not as expected: because somebody else has won, or for another reason. */
    private CompletionStage<Delegated> lost(String id, Changed changed) {
        return find(id).thenApply(task -> {
            Selection selection = task.selection();
            boolean delegated = !task.state().isTerminal() && selection != null && selection.delegated();
            return delegated
                    ? winner(task, null)
                    : new Delegated(false, id, null, task.state().wire(), changed);
        });
    }

    private static Delegated winner(Task task, @Nullable Changed changed) {
        Selection selection = Objects.requireNonNull(task.selection());
        return new Delegated(false, task.id(), selection.agent(), task.state().wire(), changed);
    }

    private CompletionStage<Task> find(String id) {
        return orchestrator.tasks().find(id).thenApply((Optional<Task> found) -> found.orElseThrow(() -> noTask(id)));
    }

    private static Declination noTask(String id) {
        return new Declination("there is no task \"" + id + "\"");
    }

    /** Why nothing can be done, if that is so. */
    public @Nullable String trouble() {
        return groups.trouble();
    }

    /** Ends what waits; what has been handed to core is done all the same. */
    @Override
    public void close() {
        groups.close();
        watchers.close();
        thread.shutdown();
        try {
            if (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As a refusal of core is said to callers: those that may succeed later are told apart. */
    static Refusal busy(String message) {
        return Refusal.retryLater(Refusal.Reason.BUSY, message, Duration.ofSeconds(1));
    }
}
