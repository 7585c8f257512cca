// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.api.agent.AgentConnector;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.AttemptService;
import io.skep.api.task.Completion;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes each task at once, and ends it after a time as a test says. */
final class TestAgent implements AgentConnector {
    private final String id;
    private final AttemptService attempts;
    private final ScheduledExecutorService timer;
    private final List<AttemptRef> taken = new CopyOnWriteArrayList<>();
    private volatile long millis;
    private volatile boolean fails;
    private volatile int capacity = Integer.MAX_VALUE;
    private volatile int failsFrom = Integer.MAX_VALUE;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    TestAgent(String id, AttemptService attempts, ScheduledExecutorService timer, long millis) {
        this.id = id;
        this.attempts = attempts;
        this.timer = timer;
        this.millis = millis;
    }

    void takes(long next) {
        millis = next;
    }

    /** From so many at once on, each takes longer by more than the number. */
    void collapsesFrom(int atOnce) {
        capacity = atOnce;
    }

    /** What begins as one of so many at once, or more, fails. */
    void failsFrom(int atOnce) {
        failsFrom = atOnce;
    }

    /** The most that it held at once since this was asked last. */
    int most() {
        return most.getAndSet(0);
    }

    /** How many it holds. */
    int open() {
        return open.get();
    }

    void fails(boolean next) {
        fails = next;
    }

    /** How many tasks it has been given. */
    int taken() {
        return taken.size();
    }

    @Override
    public void assigned(Assignment assignment) {
        AttemptRef ref =
                new AttemptRef(assignment.task().id(), assignment.task().token(), id);
        taken.add(ref);
        int held = open.incrementAndGet();
        most.accumulateAndGet(held, Math::max);
        long times = Math.max(1, held / capacity);
        boolean isTooMuch = held >= failsFrom;
        timer.schedule(() -> end(ref, isTooMuch), millis * times * times, TimeUnit.MILLISECONDS);
    }

    private void end(AttemptRef ref, boolean isTooMuch) {
        open.decrementAndGet();
        attempts.start(ref, null).thenAccept(begun -> {
            if (fails || isTooMuch) {
                attempts.fail(ref, AttemptEnd.FAILED, "it fails by order", true);
            } else {
                attempts.complete(List.of(new Completion(ref, "1")));
            }
        });
    }

    @Override
    public void canceled(AttemptRef attempt, String cause) {
        // It ends by itself.
    }

    @Override
    public void answered(AttemptRef attempt, String answer) {
        // It never asks.
    }
}
