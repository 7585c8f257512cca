// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.api.agent.AgentConnector;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.AttemptService;
import io.skep.api.task.Completion;
import io.skep.core.Skep;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes each task at once, and ends it after a time as a test says. */
final class TestAgent implements AgentConnector {
    /** When nothing came for so long, nothing more comes for now. */
    private static final long QUIET_MILLIS = 100;
    /** Of what fails, one of so many succeeds, so that work goes on. */
    private static final int GOOD_ONE_IN = 4;

    private final String id;
    private final Skep skep;
    private final AttemptService attempts;
    private final ScheduledExecutorService timer;
    private final Set<AttemptRef> taken = ConcurrentHashMap.newKeySet();
    private final List<Runnable> gathered = new ArrayList<>();
    private final AtomicInteger tooMany = new AtomicInteger();
    private int gathers = 1;
    private long came;
    private volatile long millis;
    private volatile boolean fails;
    private volatile int capacity = Integer.MAX_VALUE;
    private volatile int failsFrom = Integer.MAX_VALUE;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    TestAgent(String id, Skep skep, ScheduledExecutorService timer, long millis) {
        this.id = id;
        this.skep = skep;
        this.attempts = skep.attempts();
        this.timer = timer;
        this.millis = millis;
    }

    /**
     * From now on it begins to work only when it has so many, or nothing more comes: on a machine on which tasks come slowly
     * it has many at once all the same.
     */
    synchronized void gathers(int atOnce) {
        gathers = atOnce;
    }

    /** From so many at once on, each takes longer by much more than the number. */
    void collapsesFrom(int atOnce) {
        capacity = atOnce;
    }

    /** Of what begins as one of so many at once, or more, three of four fail. */
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
        long takes = millis * times * times * times * times;
        boolean isBad = isTooMuch();
        gather(() -> timer.schedule(() -> end(ref, isBad), takes, TimeUnit.MILLISECONDS));
    }

    /**
     * By what core says that it holds, as what it has ended itself may still be on its way there; without what it has not been
     * told of yet, which began later.
     */
    private boolean isTooMuch() {
        long held = skep.agents().held(id).stream()
                .filter(task -> taken.contains(new AttemptRef(task.id(), task.token(), id)))
                .count();
        return held >= failsFrom && tooMany.incrementAndGet() % GOOD_ONE_IN != 0;
    }

    private synchronized void gather(Runnable work) {
        gathered.add(work);
        came++;
        if (gathered.size() >= gathers) {
            begin();
        } else {
            long seen = came;
            timer.schedule(() -> beginIfNoMoreCame(seen), QUIET_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void beginIfNoMoreCame(long seen) {
        if (came == seen) {
            begin();
        }
    }

    private void begin() {
        gathered.forEach(Runnable::run);
        gathered.clear();
    }

    private void end(AttemptRef ref, boolean isBad) {
        open.decrementAndGet();
        attempts.start(ref, null).thenAccept(begun -> {
            if (fails || isBad) {
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
