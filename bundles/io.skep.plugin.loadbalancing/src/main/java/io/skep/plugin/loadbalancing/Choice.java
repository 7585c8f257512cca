// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.api.agent.Agent;
import io.skep.plugin.loadbalancing.balance.Adaptive;
import io.skep.plugin.loadbalancing.balance.Candidate;
import io.skep.plugin.loadbalancing.balance.CapabilityAware;
import io.skep.plugin.loadbalancing.balance.Fleet;
import io.skep.plugin.loadbalancing.balance.LeastLoaded;
import io.skep.plugin.loadbalancing.balance.Prequal;
import io.skep.plugin.loadbalancing.balance.RoundRobin;
import io.skep.plugin.loadbalancing.balance.Strategy;
import io.skep.plugin.loadbalancing.balance.TwoChoices;
import io.skep.plugin.loadbalancing.balance.Weighted;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The strategies at work, and what was chosen and has not begun, which counts as work of its agent at once. Thread-safe. */
final class Choice {
    private static final int MOST_EXPECTED = 10_000;
    private static final long EXPECTED_MILLIS = Duration.ofMinutes(5).toMillis();
    private static final Set<String> WEIGHING = Set.of("weighted", "prequal", "capability");

    private final Fleet fleet;
    private final String usual;
    private final Clock clock;
    private final Adaptive adaptive = Adaptive.ofAll();
    private final Map<String, Strategy> strategies = new HashMap<>();
    private final RandomGenerator random = new SplittableRandom();
    /** By the task or reservation, oldest first. */
    private final Map<String, Expected> expected = new LinkedHashMap<>();
    /** When somebody was chosen last, by agent, where that is more than the events have told. */
    private final Map<String, Long> lastChosen = new HashMap<>();

    Choice(Fleet fleet, String usual, Clock clock) {
        this.fleet = fleet;
        this.usual = usual;
        this.clock = clock;
        Stream.of(
                        adaptive,
                        new RoundRobin(),
                        new LeastLoaded(),
                        new Weighted(),
                        new TwoChoices(),
                        new Prequal(),
                        new CapabilityAware())
                .forEach(strategy -> strategies.put(strategy.name(), strategy));
    }

    /** Who was chosen, by which strategy, and why. */
    record Chosen(String agent, String strategy, String reason) {}

    /** {@code isSent} if it is a task that was sent to the agent, which counts in core when it begins. */
    private record Expected(Chosen chosen, boolean isSent, long at) {}

    /** Of these, which have free slots; those that are ejected only if there are no others. */
    synchronized Chosen choose(List<Agent> able, @Nullable String wanted) {
        long now = clock.millis();
        List<Agent> standing =
                able.stream().filter(agent -> !fleet.isEjected(agent.id(), now)).toList();
        List<Candidate> candidates = (standing.isEmpty() ? able : standing)
                .stream().map(this::candidate).toList();
        String name = wanted == null ? usual : wanted;
        Strategy strategy = strategies.getOrDefault(name, adaptive);
        Candidate chosen = candidates.get(strategy.choose(candidates, random));
        lastChosen.put(chosen.id(), now);
        return new Chosen(chosen.id(), name, reason(chosen, standing.isEmpty()));
    }

    private Candidate candidate(Agent agent) {
        long last = Math.max(fleet.lastBegun(agent.id()), lastChosen.getOrDefault(agent.id(), 0L));
        return new Candidate(
                agent.id(),
                agent.spec().slots(),
                agent.busy() + agent.reserved() + sentTo(agent.id()),
                agent.spec().skills().size(),
                last,
                fleet.estimate(agent.id()));
    }

    private static String reason(Candidate chosen, boolean allEjected) {
        return String.format(
                Locale.ROOT,
                "it has %d of %d slots in use, weight %.2f, %.0f ms expected%s",
                chosen.held(),
                chosen.slots(),
                chosen.known().weight(),
                chosen.known().millis(),
                allEjected ? "; all that could have it are ejected, which is ignored" : "");
    }

    /** Slots of the agent that are neither in use, nor reserved, nor meant for a task that was sent to it. */
    synchronized int free(Agent agent) {
        return agent.spec().slots() - agent.busy() - agent.reserved() - sentTo(agent.id());
    }

    private int sentTo(String agent) {
        return (int) expected.values().stream()
                .filter(its -> its.isSent() && its.chosen().agent().equals(agent))
                .count();
    }

    /** What was chosen is to begin as that task, which was sent there. */
    void expectTask(String task, Chosen chosen) {
        expect(task, chosen, true);
    }

    /** What was chosen is to begin by that reservation. */
    void expectReserved(String reservation, Chosen chosen) {
        expect(reservation, chosen, false);
    }

    private synchronized void expect(String key, Chosen chosen, boolean isSent) {
        long now = clock.millis();
        expected.values().removeIf(old -> now - old.at() > EXPECTED_MILLIS);
        expected.put(key, new Expected(chosen, isSent, now));
        if (expected.size() > MOST_EXPECTED) {
            expected.remove(expected.keySet().iterator().next());
        }
    }

    synchronized void forget(String key) {
        expected.remove(key);
    }

    synchronized boolean expects(String key) {
        return expected.containsKey(key);
    }

    synchronized boolean expectsAny() {
        return !expected.isEmpty();
    }

    /** It began as that attempt. */
    synchronized void begun(String key, String attempt) {
        Expected its = expected.remove(key);
        if (its != null && its.chosen().strategy().equals(adaptive.name())) {
            adaptive.begun(attempt);
        }
    }

    synchronized void ended(String attempt, long millis, boolean isGood) {
        adaptive.ended(attempt, (double) millis, isGood);
    }

    synchronized void dropped(String attempt) {
        adaptive.dropped(attempt);
    }

    /** Forgets agents that are not among these. */
    synchronized void retain(Set<String> known) {
        lastChosen.keySet().retainAll(known);
    }

    /** Whether the strategy in use goes by what was learned of the agents, so that core should too. */
    synchronized boolean weighs() {
        return WEIGHING.contains(inUse());
    }

    /** The strategy in use: of the adaptive one its favourite. */
    synchronized String inUse() {
        return usual.equals(adaptive.name()) ? adaptive.favourite() : usual;
    }

    /** What the adaptive one has learned, to be kept. */
    synchronized Adaptive.Kept kept() {
        return adaptive.kept();
    }

    /** Takes over what {@link #kept} gave, if nothing was learned here. */
    synchronized void learn(Adaptive.Kept known) {
        adaptive.learn(known);
    }

    /** How those do that the adaptive one picks among. */
    synchronized Map<String, Adaptive.Score> scores() {
        return adaptive.scores();
    }
}
