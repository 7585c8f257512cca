// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.plugin.IntegrationResponse.Failed;
import io.skep.api.plugin.IntegrationResponse.Gone;
import io.skep.api.plugin.IntegrationResponse.TimedOut;
import io.skep.api.plugin.Operation;
import io.skep.core.plugin.Generation.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Calls of capabilities: each reads one immutable snapshot, takes a counted reference to one generation and gives it back
 * when the plugin's stage has ended. No lock on the way. Thread-safe.
 */
public final class PluginCalls implements AutoCloseable {
    private final Parking parking;
    private final ScheduledThreadPoolExecutor timers;
    private final Timeouts timeouts = new Timeouts();
    /** How many more callers may have their threads in plugins. */
    private final Semaphore lent;

    private final LongAdder fallbacks = new LongAdder();
    private volatile Routes routes = Routes.NONE;
    private volatile Listener listener = (generation, cause) -> {};

    /** Who learns that a generation has failed too often; on the thread of a call, so it returns at once. */
    public interface Listener {
        /** It has failed too often, or was too slow. */
        void unfit(Generation generation, String cause);
    }

    PluginCalls(PluginSettings settings) {
        timers = new ScheduledThreadPoolExecutor(1, work -> CoreThreads.daemon(work, "skep-plugin-timer"));
        timers.setRemoveOnCancelPolicy(true);
        lent = new Semaphore(settings.lent());
        parking = new Parking(this, timers, settings.maxParked(), settings.park());
    }

    /** Who learns of generations that fail too often; one at a time. */
    public void listener(Listener to) {
        listener = to;
    }

    /** Runs what is due later; nothing that could block. */
    public ScheduledExecutorService timers() {
        return timers;
    }

    Routes routes() {
        return routes;
    }

    Parking parking() {
        return parking;
    }

    /** How many calls were answered as gone since the start, so that their callers fell back on base behaviour. */
    public long fallbacks() {
        return fallbacks.sum();
    }

    /** How many calls of a plugin have had to wait for a provider since the start. */
    public long parkedSoFar(String plugin) {
        return parking.parkedSoFar(plugin);
    }

    /** Replaces the snapshot; the next call sees it. */
    void publish(Routes next) {
        routes = next;
    }

    /** The checkpoints of all who serve, or served last and may be back soon, in order. */
    public List<Checkpoint> checkpoints() {
        return routes.checkpoints();
    }

    /** Whether no plugin is called at all. */
    public boolean isLegacy() {
        return routes.isLegacy();
    }

    /** Whether somebody serves, or may soon serve, the capability for such a request. */
    public boolean isOffered(IntegrationRequest request) {
        Routes snapshot = routes;
        Route route = snapshot.find(request.capability());
        if (route == null || snapshot.isLegacy() || !route.rule().admits(request)) {
            return false;
        }
        Gap gap = route.gap();
        return route.serving() != null || (gap != null && gap.waits());
    }

    /** Calls a capability; see {@link io.skep.api.plugin.Orchestrator#call}. */
    public CompletionStage<IntegrationResponse> call(IntegrationRequest request) {
        return call(request, true, null, 0);
    }

    /** Calls a capability for somebody who has waited for a provider, and may wait so much longer for a thread. */
    CompletionStage<IntegrationResponse> callAfterGap(IntegrationRequest request, long graceNanos) {
        return call(request, true, null, graceNanos);
    }

    /**
     * Calls a capability on the calling thread if its operation is {@linkplain Operation#immediate immediate}, which saves
     * the caller two threads that have to wake up. Only so many threads are lent at once; beyond that, and for all other
     * operations, the plugin runs on a thread of core.
     *
     * @param answer gets the answer: before this returns or later, and at the timeout even while the plugin keeps the
     *     calling thread
     */
    public void lend(IntegrationRequest request, CompletableFuture<IntegrationResponse> answer) {
        call(request, true, answer, 0).thenAccept(answer::complete);
    }

    /**
     * @param lender gets the answer of a call that is late on the calling thread; null if that thread is not lent
     * @param graceNanos how much longer than its time it may wait for a thread
     */
    private CompletionStage<IntegrationResponse> call(
            IntegrationRequest request,
            boolean mayBeTried,
            @Nullable CompletableFuture<IntegrationResponse> lender,
            long graceNanos) {
        while (true) {
            Routes snapshot = routes;
            Route route = snapshot.find(request.capability());
            if (route == null || snapshot.isLegacy() || !route.rule().admits(request)) {
                return gone(absence(snapshot, route, request), null);
            }
            boolean tried = mayBeTried && route.isTried(request.operation());
            Generation generation = tried ? route.canary() : route.serving();
            if (generation == null) {
                return gap(route, request);
            }
            Endpoint endpoint = generation.endpoint(request.capability(), request.operation());
            if (endpoint == null) {
                return now(new Declined(
                        "capability " + request.capability() + " has no operation " + request.operation()));
            }
            int stripe = generation.inFlight().enter();
            if (stripe != InFlight.CLOSED) {
                return tried
                        ? tried(generation, endpoint, request, stripe)
                        : invoke(generation, endpoint, request, stripe, lender, graceNanos);
            }
            // A generation is closed only after a snapshot without it was published, and is in none again: there is a
            // newer one.
        }
    }

    private static String absence(Routes snapshot, @Nullable Route route, IntegrationRequest request) {
        if (snapshot.isLegacy()) {
            return "legacy mode is on: no plugin is called";
        }
        return route == null
                ? "nobody offers the capability " + request.capability()
                : "the capability " + request.capability() + " is switched off for this call: " + route.rule();
    }

    private CompletionStage<IntegrationResponse> gap(Route route, IntegrationRequest request) {
        Gap gap = route.gap();
        var operation = request.operation() == null
                ? route.capability().operations().get(0)
                : route.capability().operation(request.operation()).orElse(null);
        if (gap == null || operation == null) {
            return gone("nobody offers the capability " + request.capability(), null);
        }
        return switch (operation.whenAbsent()) {
            case FALL_BACK -> gone(gap.reason(), null);
            case REJECT -> gone(gap.reason(), gap.retryAfter());
            case PARK ->
                gap.waits() ? parking.park(route.plugin(), request, gap) : gone(gap.reason(), gap.retryAfter());
        };
    }

    CompletionStage<IntegrationResponse> gone(String reason, @Nullable Duration retryAfter) {
        fallbacks.increment();
        return now(new Gone(reason, retryAfter));
    }

    private static CompletionStage<IntegrationResponse> now(IntegrationResponse response) {
        return CompletableFuture.completedFuture(response);
    }

    /**
     * A call of a canary. If doing it twice does no harm, it is made again where it would have gone without the canary: when
     * it has failed, and already when half of its time is over, so that the caller does not pay for the trial.
     */
    private CompletionStage<IntegrationResponse> tried(
            Generation canary, Endpoint endpoint, IntegrationRequest request, int stripe) {
        CompletionStage<IntegrationResponse> first = invoke(canary, endpoint, request, stripe, null, 0);
        if (!endpoint.operation().idempotent()) {
            return first;
        }
        CompletableFuture<IntegrationResponse> answer = new CompletableFuture<>();
        AtomicBoolean again = new AtomicBoolean();
        Runnable second = () -> {
            if (!answer.isDone() && again.compareAndSet(false, true)) {
                call(request, false, null, 0).thenAccept(answer::complete);
            }
        };
        ScheduledFuture<?> half = timers.schedule(second, endpoint.timeoutNanos() / 2, TimeUnit.NANOSECONDS);
        first.thenAccept(response -> {
            if (!isFailure(response)) {
                answer.complete(response);
                return;
            }
            if (response instanceof Gone) {
                fallbacks.decrement();
            }
            second.run();
        });
        answer.whenComplete((response, failure) -> half.cancel(false));
        return answer;
    }

    private CompletionStage<IntegrationResponse> invoke(
            Generation generation,
            Endpoint endpoint,
            IntegrationRequest request,
            int stripe,
            @Nullable CompletableFuture<IntegrationResponse> lender,
            long graceNanos) {
        if (endpoint.operation().immediate()) {
            if (PluginThread.isCurrent()) {
                return here(generation, endpoint, request, stripe);
            } else if (lender != null && lent.tryAcquire()) {
                return lent(new PendingCall(this, generation, endpoint, request, stripe, lender));
            }
        }
        PendingCall call = new PendingCall(this, generation, endpoint, request, stripe, null)
                .patient(graceNanos)
                .timed(timeouts);
        try {
            generation.lane().execute(call);
            return call;
        } catch (RejectedExecutionException full) {
            call.refuse();
            return gone(generation.name() + " is busy: " + full.getMessage(), Duration.ofSeconds(1));
        }
    }

    /** On the calling thread, and at no cost but the counting when the answer is there at once. */
    private CompletionStage<IntegrationResponse> here(
            Generation generation, Endpoint endpoint, IntegrationRequest request, int stripe) {
        long begun = System.nanoTime();
        CompletionStage<IntegrationResponse> stage = enter(generation, request);
        if (stage instanceof CompletableFuture<IntegrationResponse> future
                && future.isDone()
                && !future.isCompletedExceptionally()) {
            IntegrationResponse ending = ending(generation, future.getNow(null), null);
            long took = System.nanoTime() - begun;
            ended(generation, endpoint, ending, took, took);
            generation.inFlight().leave(stripe);
            return CompletableFuture.completedFuture(ending);
        }
        PendingCall call = new PendingCall(this, generation, endpoint, request, stripe, null).timed(timeouts);
        call.follow(stage);
        return call;
    }

    /** On a caller's thread. What the caller does with the answer comes after the plugin has let the thread go. */
    private PendingCall lent(PendingCall call) {
        try {
            call.timed(timeouts).run();
        } finally {
            lent.release();
        }
        return call;
    }

    // The one place where a plugin is called: whatever it throws is an ending of the call and must not reach the thread
    // of the caller, errors included. (Running out of heap ends the process before anybody could catch it.)
    @SuppressWarnings("checkstyle:IllegalCatch")
    static CompletionStage<IntegrationResponse> enter(Generation generation, IntegrationRequest request) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(generation.origin().loader());
        try {
            CompletionStage<IntegrationResponse> stage = generation.plugin().process(request);
            return stage == null ? now(new Failed(generation.name(), "it answered nothing")) : stage;
        } catch (Throwable failure) {
            return CompletableFuture.failedFuture(failure);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    static IntegrationResponse ending(
            Generation generation, @Nullable IntegrationResponse response, @Nullable Throwable failure) {
        if (failure != null) {
            return new Failed(generation.name(), Failures.describe(failure));
        } else if (response instanceof Answered answered) {
            return new Answered(answered.data(), generation.provider());
        }
        return response == null ? new Failed(generation.name(), "it answered nothing") : response;
    }

    private static boolean isFailure(IntegrationResponse response) {
        return response instanceof Failed || response instanceof TimedOut || response instanceof Gone;
    }

    /**
     * A call has ended, at least for its caller.
     *
     * @param tookNanos how long its caller waited
     * @param insideNanos how much of that was the plugin's own time
     */
    void ended(Generation generation, Endpoint endpoint, IntegrationResponse ending, long tookNanos, long insideNanos) {
        generation.stats().ended(tookNanos);
        if (ending instanceof Gone) {
            fallbacks.increment();
        }
        if (ending instanceof Failed) {
            tooMany(generation, generation.failed(), ending);
        } else if (ending instanceof TimedOut && insideNanos <= endpoint.slowNanos()) {
            generation.crowded();
        } else if (ending instanceof TimedOut) {
            tooMany(generation, generation.late(insideNanos), ending);
        } else if (insideNanos > endpoint.slowNanos() && generation.slow(insideNanos)) {
            listener.unfit(
                    generation,
                    "too many calls took more than four fifths of their timeout of "
                            + endpoint.operation().timeout().toMillis() + " ms");
        }
    }

    private void tooMany(Generation generation, boolean isTooOften, IntegrationResponse ending) {
        if (isTooOften) {
            listener.unfit(generation, "too many calls failed, the last one: " + words(ending));
        }
    }

    private static String words(IntegrationResponse ending) {
        return ending.fold(
                answered -> "answered",
                declined -> declined.reason(),
                Failed::cause,
                late -> "no answer within " + late.after().toMillis() + " ms",
                Gone::reason);
    }

    /** Answers every call that waits for a provider, and ends the timers. */
    @Override
    public void close() {
        parking.close();
        timeouts.close();
        timers.shutdownNow();
    }
}
