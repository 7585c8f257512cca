// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.core.plugin.Generation.Endpoint;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that has not ended: the caller's answer, and the reference to the generation. The caller is answered at the
 * timeout at the latest; the reference is given back when the plugin's stage really ends.
 */
final class PendingCall extends CompletableFuture<IntegrationResponse>
        implements Runnable, BiConsumer<IntegrationResponse, Throwable> {
    private final PluginCalls calls;
    private final Generation generation;
    private final Endpoint endpoint;
    private final IntegrationRequest request;
    private final int stripe;
    private final long begunNanos = System.nanoTime();
    /** When the plugin was called; 0 as long as it was not. */
    private volatile long enteredNanos;

    private final @Nullable CompletableFuture<IntegrationResponse> lender;
    private long graceNanos;
    private @Nullable AtomicReferenceArray<@Nullable PendingCall> places;
    private int place;

    /** @param lender gets the answer if the call is late; null if nobody has to be told in that way */
    PendingCall(
            PluginCalls calls,
            Generation generation,
            Endpoint endpoint,
            IntegrationRequest request,
            int stripe,
            @Nullable CompletableFuture<IntegrationResponse> lender) {
        this.calls = calls;
        this.generation = generation;
        this.endpoint = endpoint;
        this.request = request;
        this.stripe = stripe;
        this.lender = lender;
    }

    /**
     * Lets it wait for a thread so much longer, and has its time in the plugin count from when it gets one. Who has waited
     * for a provider comes with many others; before {@link #timed}.
     */
    PendingCall patient(long nanos) {
        graceNanos = nanos;
        return this;
    }

    /** Begins to count the time; before anybody can end the call. */
    PendingCall timed(Timeouts timeouts) {
        timeouts.add(this);
        return this;
    }

    /** It has a place in the table of calls under way. */
    void placed(AtomicReferenceArray<@Nullable PendingCall> table, int index) {
        places = table;
        place = index;
    }

    /** Whether its time is over. */
    boolean isLate(long nowNanos) {
        long entered = enteredNanos;
        boolean countsInside = graceNanos > 0 && entered != 0;
        long since = countsInside ? entered : begunNanos + graceNanos;
        return nowNanos - since >= endpoint.timeoutNanos();
    }

    /** Calls the plugin, unless its caller has been answered already. */
    @Override
    public void run() {
        if (isDone()) {
            generation.inFlight().leave(stripe);
            return;
        }
        enteredNanos = System.nanoTime();
        PluginCalls.enter(generation, request).whenComplete(this);
    }

    /** It is not made after all; its caller is answered otherwise. */
    void refuse() {
        cancel(false);
        leavePlace();
        generation.inFlight().leave(stripe);
    }

    /** Takes a stage for the plugin's answer. */
    void follow(CompletionStage<IntegrationResponse> stage) {
        enteredNanos = begunNanos;
        stage.whenComplete(this);
    }

    /** The plugin's stage has ended; the reference goes back only when the caller has the answer. */
    @Override
    public void accept(@Nullable IntegrationResponse response, @Nullable Throwable failure) {
        leavePlace();
        if (!isDone()) {
            IntegrationResponse ending = PluginCalls.ending(generation, response, failure);
            long now = System.nanoTime();
            if (complete(ending)) {
                calls.ended(generation, endpoint, ending, now - begunNanos, insideNanos(now));
            }
        }
        generation.inFlight().leave(stripe);
    }

    /** Its time is over. */
    void timedOut() {
        leavePlace();
        long after = endpoint.timeoutNanos();
        IntegrationResponse late = new IntegrationResponse.TimedOut(generation.name(), Duration.ofNanos(after));
        if (complete(late)) {
            calls.ended(generation, endpoint, late, after, insideNanos(System.nanoTime()));
            if (lender != null) {
                lender.complete(late);
            }
        }
    }

    /**
     * How much of the time was the plugin's own. Waiting for a thread is not, as long as others before it get theirs: too
     * many calls are made then. If nobody does, it is.
     */
    private long insideNanos(long nowNanos) {
        long entered = enteredNanos;
        if (entered != 0) {
            return nowNanos - entered;
        }
        return generation.lane().isStuckSince(begunNanos) ? nowNanos - begunNanos : 0;
    }

    /** However it was answered: a caller may have done that itself, as with {@code orTimeout} on what it was given. */
    private void leavePlace() {
        if (places != null) {
            // It may have left before, and another call may be there by now.
            places.compareAndSet(place, this, null);
        }
    }
}
