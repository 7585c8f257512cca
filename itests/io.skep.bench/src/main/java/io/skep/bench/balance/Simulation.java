// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.balance;

import io.skep.plugin.loadbalancing.balance.Adaptive;
import io.skep.plugin.loadbalancing.balance.Candidate;
import io.skep.plugin.loadbalancing.balance.Ejection;
import io.skep.plugin.loadbalancing.balance.Estimate;
import io.skep.plugin.loadbalancing.balance.Fleet;
import io.skep.plugin.loadbalancing.balance.Strategy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A fleet at work in virtual time, as the product gives work out: a task waits until an agent has a free slot, an agent
 * that failed at it is spared, and after three failures it has failed. Same seed, same tasks. For one thread.
 */
final class Simulation {
    private static final int SLOTS = 8;
    private static final int CAPACITY = 4;
    private static final int MOST_ATTEMPTS = 3;
    /** Failures come soon. */
    private static final double FAILS_AFTER = 30;

    private static final long REFRESH = 500;

    private final Scenario scenario;
    private final Strategy strategy;
    private final @Nullable Adaptive adaptive;
    private final Fleet fleet = new Fleet(Ejection.DEFAULT);
    private final List<SimAgent> agents = new ArrayList<>();
    private final PriorityQueue<Due> dues = new PriorityQueue<>();
    private final Deque<SimTask> waiting = new ArrayDeque<>();
    private final Random arrivals;
    private final Random choices;
    private final Random faults;
    private final Histogram times = new Histogram(3_600_000, 3);
    private final double duration;
    private double now;
    private double nextArrival;
    private double nextRefresh;
    private double lostMillis;
    private double spentMillis;
    private long begun;
    private long failed;
    private long lost;

    private record Due(double at, int agent, long version) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return Double.compare(at, other.at);
        }
    }

    /** Of so many agents and about so many tasks. */
    Simulation(Scenario scenario, Strategy strategy, int agentCount, int tasks, double load, long seed) {
        this.scenario = scenario;
        this.strategy = strategy;
        this.adaptive = strategy instanceof Adaptive its ? its : null;
        this.arrivals = new Random(seed);
        this.choices = new Random(seed + 1);
        this.faults = new Random(seed + 2);
        double speeds = 0;
        for (int i = 0; i < agentCount; i++) {
            double speed = scenario.speed(i, agentCount);
            agents.add(new SimAgent(SLOTS, CAPACITY, speed));
            speeds += speed;
        }
        this.gap = Scenario.MEAN_MILLIS / (speeds * CAPACITY * load);
        this.duration = tasks * gap;
    }

    private final double gap;

    /** Runs it until everything that was submitted has ended. */
    Outcome run() {
        nextArrival = pause();
        while (nextArrival < duration || !dues.isEmpty()) {
            step();
        }
        return new Outcome(times, times.getTotalCount(), lostMillis, spentMillis, failed, lost);
    }

    private void step() {
        Due due = dues.peek();
        double next = Math.min(due == null ? Double.MAX_VALUE : due.at(), Math.min(nextRefresh, arrival()));
        now = next;
        if (next == nextRefresh) {
            refresh();
        } else if (next == arrival()) {
            waiting.add(new SimTask(now, scenario.demand(arrivals)));
            nextArrival += pause();
        } else if (due != null) {
            dues.remove();
            end(due);
        }
        giveOut();
    }

    private double arrival() {
        return nextArrival < duration ? nextArrival : Double.MAX_VALUE;
    }

    private double pause() {
        return -gap * Math.log(1 - arrivals.nextDouble());
    }

    private void refresh() {
        nextRefresh += REFRESH;
        fleet.refresh(Math.round(now));
        for (int i = 0; i < agents.size(); i++) {
            double before = scenario.change(i, (now - REFRESH) / duration);
            double after = scenario.change(i, now / duration);
            if (before != after) {
                agents.get(i).setSpeed(now, scenario.speed(i, agents.size()) * after);
                plan(i);
            }
        }
    }

    private void plan(int agent) {
        SimAgent its = agents.get(agent);
        if (its.held() > 0) {
            dues.add(new Due(its.nextEnd(), agent, its.version()));
        }
    }

    private void end(Due due) {
        SimAgent agent = agents.get(due.agent());
        if (due.version() != agent.version()) {
            return;
        }
        for (SimAgent.Work work : agent.takeEnded(now)) {
            ended(due.agent(), work);
        }
        plan(due.agent());
    }

    private void ended(int agent, SimAgent.Work work) {
        double took = now - work.begunAt;
        spentMillis += took;
        fleet.ended(name(agent), work.attempt, Math.round(now), !work.fails);
        if (adaptive != null) {
            adaptive.ended(work.attempt, took, !work.fails);
        }
        if (!work.fails) {
            times.recordValue(Math.min(times.getHighestTrackableValue(), Math.round(now - work.task.submittedAt)));
            return;
        }
        failed++;
        lostMillis += took;
        work.task.tried.add(agent);
        if (work.task.tried.size() < MOST_ATTEMPTS) {
            waiting.addFirst(work.task);
        } else {
            lost++;
        }
    }

    private void giveOut() {
        while (!waiting.isEmpty()) {
            List<Integer> able = able(waiting.getFirst());
            if (able.isEmpty()) {
                return;
            }
            List<Candidate> candidates = able.stream().map(this::candidate).toList();
            begin(able.get(strategy.choose(candidates, choices)), waiting.removeFirst());
        }
    }

    /** Those with a free slot that have not failed at it; ejection is the adaptive strategy's. */
    private List<Integer> able(SimTask task) {
        return IntStream.range(0, agents.size())
                .filter(i -> agents.get(i).held() < SLOTS && !task.tried.contains(i))
                .filter(i -> adaptive == null || !fleet.isEjected(name(i), Math.round(now)))
                .boxed()
                .toList();
    }

    private Candidate candidate(int agent) {
        String name = name(agent);
        Estimate estimate = fleet.estimate(name);
        return new Candidate(name, SLOTS, agents.get(agent).held(), 1, fleet.lastBegun(name), estimate);
    }

    private void begin(int agent, SimTask task) {
        String attempt = Long.toString(begun++);
        boolean fails = scenario.fails(agent, now, faults);
        agents.get(agent).add(now, new SimAgent.Work(task, attempt, now, fails ? FAILS_AFTER : task.demand, fails));
        fleet.begun(name(agent), attempt, Math.round(now));
        if (adaptive != null) {
            adaptive.begun(attempt);
        }
        plan(agent);
    }

    private static String name(int agent) {
        return "agent-" + agent;
    }
}
