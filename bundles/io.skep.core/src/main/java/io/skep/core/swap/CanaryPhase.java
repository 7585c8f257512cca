// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.admin.CanaryRule;
import io.skep.api.admin.PluginStatus;
import io.skep.core.plugin.Generation;
import io.skep.core.plugin.PluginRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Gives a new generation its share of the calls and compares it with the one that serves. For one thread, which waits
 * meanwhile.
 */
final class CanaryPhase {
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(3);
    /**
     * How often slow calls have to show. A pause of the machine may have hit the one and not the other; and at thousands of
     * calls a second the first hundreds are over before any of the new code is compiled, and those that had to wait for
     * them make the next ones slow too.
     */
    private static final int LOOKS_AT_SLOWNESS = 3;

    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PluginRegistry registry;
    private final CanaryRule rule;
    private final Generation old;
    private final Generation ready;
    private final Canary canary;
    private long callsSeen = -1;
    private long callsSeenNanos;

    CanaryPhase(PluginRegistry registry, CanaryRule rule, Generation old, Generation ready) {
        this.registry = registry;
        this.rule = rule;
        this.old = old;
        this.ready = ready;
        this.canary = new Canary(rule);
    }

    /** What both do from a moment on. */
    private final class Look {
        private final Canary.Sample oldBefore = sample(old);
        private final Canary.Sample readyBefore = sample(ready);

        Canary.Sample tried() {
            return sample(ready).since(readyBefore);
        }

        boolean isDecided() {
            return canary.isDecided(tried());
        }

        Optional<String> worse() {
            return canary.worse(sample(old).since(oldBefore), tried());
        }

        boolean fails() {
            return canary.fails(sample(old).since(oldBefore), tried()).isPresent();
        }
    }

    /**
     * Tries it; answers why it may be promoted.
     *
     * @throws SwapFailedException with the reason why it may not
     */
    String run() throws SwapFailedException {
        long until = System.nanoTime() + rule.atMost().toNanos();
        Look all = new Look();
        registry.tryOut(ready, rule.sharePercent());
        Optional<String> worse;
        try {
            await(until, all::isDecided);
            worse = all.worse();
            for (int look = 1; look < LOOKS_AT_SLOWNESS && worse.isPresent() && !all.fails(); look++) {
                worse = again(worse, until);
            }
        } finally {
            // Promoting it takes the share away; rolling it back must not leave it.
            if (!isHealthy()) {
                registry.tryOut(ready, 0);
            }
        }
        if (!isHealthy()) {
            throw new SwapFailedException(ready.cause());
        }
        if (worse.isPresent()) {
            throw new SwapFailedException(worse.get());
        }
        return "no worse than " + old.version() + " in " + all.tried().calls() + " calls";
    }

    /** As many calls once more decide, a moment later, if they come. */
    private Optional<String> again(Optional<String> worse, long until) throws SwapFailedException {
        long settled = System.nanoTime() + SETTLE_NANOS;
        await(until, () -> System.nanoTime() - settled >= 0);
        Look next = new Look();
        await(until, next::isDecided);
        return next.isDecided() ? next.worse() : worse;
    }

    private void await(long until, BooleanSupplier isOver) throws SwapFailedException {
        while (!isOver.getAsBoolean() && System.nanoTime() < until && isHealthy() && serves() && !isIdle()) {
            pause();
        }
    }

    /** Whether nobody calls the plugin, so that there is nothing to compare. */
    private boolean isIdle() {
        long now = old.callsSoFar() + ready.callsSoFar() + old.callsInFlight() + ready.callsInFlight();
        if (now != callsSeen) {
            callsSeen = now;
            callsSeenNanos = System.nanoTime();
        }
        return System.nanoTime() - callsSeenNanos > IDLE_NANOS;
    }

    /** Else somebody took the old one away, or it went bad: the new one is needed now. */
    private boolean serves() {
        return registry.serving(old.name()).orElse(null) == old;
    }

    private boolean isHealthy() {
        return ready.state() == PluginStatus.State.CANDIDATE;
    }

    private static Canary.Sample sample(Generation generation) {
        return new Canary.Sample(generation.errors(), generation.times());
    }

    private static void pause() throws SwapFailedException {
        try {
            new CountDownLatch(1).await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new SwapFailedException("the server stops", stopped);
        }
    }
}
