// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Turns;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what was asked of a generation on trial over to what is kept when it is promoted: until then it writes to a copy
 * that is dropped. At most {@value #MAX} orders; more are declined. Thread-safe.
 */
final class Trial {
    private static final Logger LOG = LoggerFactory.getLogger(Trial.class);
    private static final int MAX = 1000;

    private final PluginState state;
    private final Deque<Supplier<CompletionStage<?>>> orders = new ArrayDeque<>();
    private final Turns turns = new Turns();
    private volatile boolean pending;

    Trial(PluginState state) {
        this.state = state;
    }

    /** Whether another generation serves and this one writes to a copy. */
    boolean isOn() {
        return state.isTrial();
    }

    /** Whether another generation carries the runs on, so that this one must not. */
    boolean isPassive() {
        return !state.isServing();
    }

    /** Does it; and does it again when the trial is over, if it was done on trial. */
    <T> CompletionStage<T> carry(Supplier<CompletionStage<T>> order) {
        if (!isOn()) {
            return settle().thenCompose(settled -> order.get());
        }
        synchronized (orders) {
            if (orders.size() >= MAX) {
                throw new Declination(
                        "an upgrade of the plugin is being tried and has had too many orders; try again later");
            }
        }
        return order.get().thenApply(done -> {
            synchronized (orders) {
                orders.add(order::get);
                pending = true;
            }
            return done;
        });
    }

    /** Completes when everything that was done on trial has been done again, once that is over. */
    CompletionStage<Void> settle() {
        return isOn() || !pending ? CompletableFuture.completedFuture(null) : turns.next(this::drain);
    }

    private CompletionStage<Void> drain() {
        CompletionStage<Void> done = CompletableFuture.completedFuture(null);
        for (Supplier<CompletionStage<?>> order = next(); order != null; order = next()) {
            Supplier<CompletionStage<?>> one = order;
            done = done.thenCompose(before -> one.get()).handle((did, refused) -> {
                if (refused != null) {
                    LOG.warn("what was asked while this version was tried cannot be done now", refused);
                }
                return null;
            });
        }
        return done.thenRun(() -> {
            synchronized (orders) {
                pending = !orders.isEmpty();
            }
        });
    }

    private @Nullable Supplier<CompletionStage<?>> next() {
        synchronized (orders) {
            return orders.poll();
        }
    }
}
