// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.documents;

import io.skep.api.Refusal;
import io.skep.api.plugin.ConditionalState;
import io.skep.api.plugin.ConditionalState.Ending;
import io.skep.api.plugin.ConditionalState.Outcome;
import io.skep.api.task.Task;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes the requests of each tenant in the order in which they come, those that wait together as one group: they are carried
 * out on one {@link Book}, which core makes durable as one change, and are answered then. The next group begins when that
 * is so, and reads what is durable. Looks are part of that: their group ends with core saying that what they saw is still so,
 * and durable. Thread-safe.
 */
final class Groups implements AutoCloseable {
    private static final int MAX_GROUP = 200;
    private static final int MAX_CHANGED = 300;
    private static final long MAX_CHARS = 1 << 20;
    private static final int MAX_TRIES = 100;

    private final Kept kept;
    private final ConditionalState state;
    private final Clock clock;
    private final Limits limits;
    private final Executor thread;
    private final Consumer<String> changed;
    /** What waits behind the group under way, by tenant; a tenant without an entry has none. */
    private final Map<String, Deque<Request<?>>> waiting = new HashMap<>();

    private boolean closed;
    private volatile @Nullable String trouble;

    /**
     * How a request ended.
     *
     * @param task that was delegated with it, or had been; null if none was to be
     * @param first whether it was delegated by this very request
     */
    record Result<T>(T value, @Nullable Task task, boolean first) {}

    private static final class Request<T> {
        final Function<Book, T> what;
        /** Whether nobody else's request may be in its group: core takes one delegation with a change. */
        final boolean alone;

        final CompletableFuture<Result<T>> done = new CompletableFuture<>();
        private @Nullable T value;
        private @Nullable RuntimeException refused;

        Request(Function<Book, T> what, boolean alone) {
            this.what = what;
            this.alone = alone;
        }

        // Whatever a request throws is for who made it, and not for the others in its group.
        @SuppressWarnings("checkstyle:IllegalCatch")
        void carry(Book book) {
            value = null;
            refused = null;
            try {
                value = book.carry(what);
            } catch (RuntimeException e) {
                refused = e;
            }
        }

        @SuppressWarnings("NullAway") // no request answers with null
        void end(Outcome outcome) {
            if (refused != null) {
                done.completeExceptionally(refused);
            } else {
                done.complete(new Result<>(value, outcome.task(), outcome.ending() == Ending.DONE));
            }
        }

        void fail(Throwable failure) {
            done.completeExceptionally(failure);
        }
    }

    /** {@code changed} is told of each tenant of which something has changed. */
    Groups(ConditionalState state, Codec codec, Clock clock, Limits limits, Executor thread, Consumer<String> changed) {
        this.state = state;
        this.kept = new Kept(state, codec);
        this.clock = clock;
        this.limits = limits;
        this.thread = thread;
        this.changed = changed;
    }

    /** Has something done to a tenant's book. */
    <T> CompletionStage<T> add(String tenant, Function<Book, T> what) {
        return add(tenant, new Request<>(what, false)).thenApply(Result::value);
    }

    /** Has something done that delegates a task. */
    <T> CompletionStage<Result<T>> delegate(String tenant, Function<Book, T> what) {
        return add(tenant, new Request<>(what, true));
    }

    @Nullable
    String trouble() {
        return trouble;
    }

    private <T> CompletionStage<Result<T>> add(String tenant, Request<T> request) {
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(ended());
            }
            Deque<Request<?>> behind = waiting.get(tenant);
            if (behind != null) {
                if (behind.size() >= limits.waiting()) {
                    return CompletableFuture.failedFuture(
                            Documents.busy(limits.waiting() + " calls of tenant " + tenant + " wait already"));
                }
                behind.add(request);
                return request.done;
            }
            waiting.put(tenant, new ArrayDeque<>());
        }
        List<Request<?>> group = new ArrayList<>(List.of(request));
        begin(tenant, group, 1);
        return request.done;
    }

    private void begin(String tenant, List<Request<?>> group, int tries) {
        try {
            thread.execute(() -> carry(tenant, group, tries));
        } catch (RejectedExecutionException ended) {
            group.forEach(request -> request.fail(ended()));
            declineRest(tenant);
        }
    }

    private static Declination ended() {
        return new Declination("this version of the plugin has ended");
    }

    private void declineRest(String tenant) {
        Deque<Request<?>> behind;
        synchronized (this) {
            behind = waiting.remove(tenant);
        }
        if (behind != null) {
            behind.forEach(request -> request.fail(ended()));
        }
    }

    private void carry(String tenant, List<Request<?>> group, int tries) {
        Book book;
        try {
            book = new Book(kept, tenant, limits, clock.millis());
        } catch (Declination | IllegalStateException unreadable) {
            group.forEach(request -> request.fail(unreadable));
            next(tenant);
            return;
        }
        List<Request<?>> carried = new ArrayList<>();
        for (Request<?> request : group) {
            if (book.size() >= MAX_CHANGED || book.chars() >= MAX_CHARS) {
                break;
            }
            request.carry(book);
            carried.add(request);
        }
        putBack(tenant, group.subList(carried.size(), group.size()));
        state.change(book.change()).whenComplete((outcome, failure) -> {
            try {
                thread.execute(() -> settle(tenant, carried, tries, book.size() > 0, outcome, failure));
            } catch (RejectedExecutionException ended) {
                settleLast(tenant, carried, outcome, failure);
            }
        });
    }

    /** This version has ended meanwhile: what was done is said all the same. */
    private void settleLast(
            String tenant, List<Request<?>> group, @Nullable Outcome outcome, @Nullable Throwable failure) {
        for (Request<?> request : group) {
            if (outcome != null && outcome.ending() != Ending.CONFLICT) {
                request.end(outcome);
            } else {
                request.fail(failure == null ? ended() : cause(failure));
            }
        }
        declineRest(tenant);
    }

    private synchronized void putBack(String tenant, List<Request<?>> rest) {
        Deque<Request<?>> behind = waiting.get(tenant);
        for (int i = rest.size() - 1; i >= 0 && behind != null; i--) {
            behind.addFirst(rest.get(i));
        }
    }

    private void settle(
            String tenant,
            List<Request<?>> group,
            int tries,
            boolean changes,
            @Nullable Outcome outcome,
            @Nullable Throwable failure) {
        if (outcome != null && outcome.ending() == Ending.CONFLICT && tries < MAX_TRIES) {
            // Another version of this plugin has changed something of the tenant meanwhile.
            carry(tenant, group, tries + 1);
            return;
        }
        if (outcome == null || outcome.ending() == Ending.CONFLICT) {
            refused(tenant, group, cause(failure));
            return;
        }
        trouble = null;
        group.forEach(request -> request.end(outcome));
        if (changes && outcome.ending() == Ending.DONE) {
            changed.accept(tenant);
        }
        next(tenant);
    }

    private static Throwable cause(@Nullable Throwable failure) {
        if (failure == null) {
            return Documents.busy("another version of the plugin changes the same documents all the time");
        }
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** One of several may be to blame, as being too large: each is tried alone then. */
    private void refused(String tenant, List<Request<?>> group, Throwable cause) {
        boolean tooLarge = cause instanceof Refusal refusal && refusal.reason() == Refusal.Reason.TOO_LARGE;
        if (tooLarge && group.size() > 1) {
            putBack(
                    tenant,
                    group.subList(1, group.size()).stream()
                            .<Request<?>>map(Groups::alone)
                            .toList());
            carry(tenant, new ArrayList<>(List.of(alone(group.get(0)))), 1);
            return;
        }
        if (!(cause instanceof Refusal)) {
            trouble = "core does not take changes: " + cause.getMessage();
        }
        group.forEach(request -> request.fail(cause));
        next(tenant);
    }

    private static <T> Request<T> alone(Request<T> request) {
        Request<T> again = new Request<>(request.what, true);
        again.done.whenComplete((result, failure) -> {
            if (failure == null) {
                request.done.complete(result);
            } else {
                request.fail(failure);
            }
        });
        return again;
    }

    private void next(String tenant) {
        List<Request<?>> group = new ArrayList<>();
        synchronized (this) {
            Deque<Request<?>> behind = waiting.get(tenant);
            while (behind != null && !behind.isEmpty() && group.size() < MAX_GROUP && fits(group, behind.peek())) {
                group.add(behind.remove());
            }
            if (group.isEmpty()) {
                waiting.remove(tenant);
                return;
            }
        }
        begin(tenant, group, 1);
    }

    private static boolean fits(List<Request<?>> group, Request<?> next) {
        return group.isEmpty() || !(next.alone || group.get(0).alone);
    }

    /** Takes no more requests; what waits is declined as its thread ends. */
    @Override
    public synchronized void close() {
        closed = true;
    }
}
