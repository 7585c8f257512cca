// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import io.skep.api.agent.Scaler;
import io.skep.api.agent.ScalingGroup;
import io.skep.api.agent.ScalingOrder;
import io.skep.plugin.base.Codec;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongToDoubleFunction;

/**
 * Tasks that come, agents that start after a while and do them one after the other, and a tracker that scales them; in
 * virtual time, one look a second.
 */
final class SimulatedFleet implements Scaler {
    static final long SECOND = 1000;
    private static final long START_MILLIS = 2000;

    final List<ScalingOrder> orders = new ArrayList<>();
    final List<Long> orderedAt = new ArrayList<>();
    final Tracker tracker;
    private final int min;
    private final int max;
    private final int slots;
    private final long cost;
    private final long taskMillis;
    private final long ceiling;
    private final Deque<Long> waiting = new ArrayDeque<>();
    private final PriorityQueue<Long> ends = new PriorityQueue<>();
    private final Deque<Long> came = new ArrayDeque<>();
    private final List<Long> readyAt = new ArrayList<>();
    private int wanted;
    private double fraction;
    private int begun;
    long now = 1_000_000;
    long worstAge;
    int most;
    long worstCost;
    int done;

    SimulatedFleet(Targets targets, int min, int max, int slots, long taskMillis, long cost, long ceiling) {
        this.min = min;
        this.max = max;
        this.slots = slots;
        this.cost = cost;
        this.ceiling = ceiling;
        this.taskMillis = taskMillis;
        this.wanted = min;
        for (int i = 0; i < min; i++) {
            readyAt.add(0L);
        }
        ScalingSettings settings =
                new ScalingSettings(false, SECOND, targets, 10 * SECOND, 10 * SECOND, ceiling, List.of());
        this.tracker = new Tracker(
                settings, new Book(new InMemoryPluginState().conditional(), new Codec(), "scaling:sim:g"), told -> {});
    }

    /** Lets time go by, in which so many tasks a second come, by the seconds since the beginning of this run. */
    void run(int seconds, LongToDoubleFunction perSecond) throws InterruptedException {
        for (int i = 0; i < seconds; i++) {
            now += SECOND;
            fraction += perSecond.applyAsDouble(i);
            for (; fraction >= 1; fraction--) {
                waiting.add(now);
                came.add(now);
            }
            work();
            look();
        }
    }

    private void work() {
        while (!ends.isEmpty() && ends.peek() <= now) {
            ends.poll();
            done++;
        }
        while (!came.isEmpty() && came.peek() <= now - 60 * SECOND) {
            came.poll();
        }
        while (!waiting.isEmpty() && ends.size() < ready() * slots) {
            waiting.poll();
            ends.add(now + taskMillis);
            begun++;
        }
        worstAge = Math.max(worstAge, oldest());
    }

    private int ready() {
        return (int) readyAt.stream().filter(at -> at <= now).count();
    }

    long oldest() {
        return waiting.isEmpty() ? 0 : now - waiting.peek();
    }

    int wanted() {
        return wanted;
    }

    private void look() throws InterruptedException {
        Scalers.Member member = new Scalers.Member("sim:g", this, groups().get(0));
        Figures figures = new Figures(
                wanted,
                Math.min(wanted, ready()),
                readyAt.size(),
                slots,
                Math.min(ends.size(), ready() * slots),
                waiting.size(),
                oldest(),
                came.size() / 60.0,
                null,
                null);
        Costs costs = new Costs(ceiling, List.of(member));
        tracker.look(member, figures, ends.size(), begun, Control.Said.NOTHING, costs, now);
        begun = 0;
        tracker.act(false, costs, now);
        most = Math.max(most, wanted);
        worstCost = Math.max(worstCost, readyAt.size() * cost);
    }

    /** How often it grew after it had shrunk, or the other way round. */
    int turns() {
        int turns = 0;
        for (int i = 1; i < orders.size(); i++) {
            boolean grew = orders.get(i - 1).to() > orders.get(i - 1).from();
            boolean grows = orders.get(i).to() > orders.get(i).from();
            turns += grew == grows ? 0 : 1;
        }
        return turns;
    }

    @Override
    public String name() {
        return "sim";
    }

    @Override
    public List<ScalingGroup> groups() {
        List<String> ids = new ArrayList<>();
        for (int i = 1; i <= readyAt.size(); i++) {
            ids.add("g-" + i);
        }
        return List.of(new ScalingGroup("g", Set.of(), slots, min, max, wanted, ids, cost));
    }

    @Override
    public CompletionStage<ScalingGroup> scaleTo(ScalingOrder order) {
        orders.add(order);
        orderedAt.add(now);
        wanted = order.to();
        while (readyAt.size() < wanted) {
            readyAt.add(now + START_MILLIS);
        }
        while (readyAt.size() > wanted) {
            readyAt.remove(readyAt.size() - 1);
        }
        return CompletableFuture.completedFuture(groups().get(0));
    }
}
