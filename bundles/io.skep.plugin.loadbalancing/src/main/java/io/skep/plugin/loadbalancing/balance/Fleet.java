// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the agents from how their attempts went, and what follows from it: how much of the work each should
 * have. Differences between agents count as far as they are more than chance: with times that spread widely an agent that
 * had three long tasks is not slow (empirical Bayes: each mean is drawn to the fleet's by the share of the variance that
 * chance explains, after B. Efron and C. Morris, "Data Analysis Using Stein's Estimator", JASA 1975). Thread-safe.
 */
public final class Fleet {
    private static final double LEAST = 0.02;
    private static final double MOST = 50;

    private final Ejection rule;
    private final Map<String, Behaviour> agents = new HashMap<>();
    private double mean = Math.log(Estimate.UNKNOWN.millis());

    /** With a rule for those that fail. */
    public Fleet(Ejection rule) {
        this.rule = rule;
    }

    /**
     * One agent.
     *
     * @param estimate what was learned, as of the last {@link #refresh}
     * @param held attempts that it holds
     * @param attempts that have ended
     * @param ejectedUntil until when it gets nothing, or null if it gets something
     * @param share of its usual work that it gets while it comes back, 0 to 1
     * @param ejections how often it was ejected, without those that it has made good
     */
    public record Standing(
            Estimate estimate,
            int held,
            long attempts,
            @Nullable Long ejectedUntil,
            double share,
            int ejections) {}

    /**
     * What one knew, to be kept.
     *
     * @param count how many attempts the mean counts as
     * @param mean of the logarithms of their times in milliseconds
     * @param spread sum of the squared deviations
     * @param errors the share that failed
     * @param until the end of the last ejection, 0 if there was none
     * @param ejections how often
     */
    public record Kept(double count, double mean, double spread, double errors, long until, int ejections) {}

    /** An attempt began. */
    public synchronized void begun(String agent, String attempt, long now) {
        of(agent).begun(attempt, now);
    }

    /**
     * An attempt ended, with a result or as a failure of the agent.
     *
     * @return as one of how many that the agent held it began, 0 if that was not seen
     */
    public synchronized int ended(String agent, String attempt, long now, boolean isGood) {
        return of(agent).ended(attempt, now, isGood);
    }

    /** An attempt ended in a way that says nothing of the agent. */
    public synchronized void dropped(String agent, String attempt) {
        of(agent).dropped(attempt);
    }

    private Behaviour of(String agent) {
        return agents.computeIfAbsent(agent, id -> new Behaviour(new Outlier(rule)));
    }

    /** Forgets every agent that is not among these, and knows those that are new. */
    public synchronized void retain(Set<String> known) {
        agents.keySet().retainAll(known);
        known.forEach(this::of);
    }

    /** Forgets which attempts are under way, before they are said anew. */
    public synchronized void holdNothing() {
        agents.values().forEach(Behaviour::holdNothing);
    }

    /** Works out how much each should have, and who fails too much; returns those that are ejected from now on. */
    public synchronized List<String> refresh(long now) {
        Map<String, Behaviour.Times> times = new HashMap<>();
        agents.forEach((id, agent) -> times.put(id, agent.times(now, mean)));
        Shrinking shrinking = Shrinking.of(times.values());
        mean = shrinking.isKnown() ? shrinking.mean() : mean;
        agents.forEach((id, agent) -> agent.setEstimate(estimate(agent, times.get(id), shrinking, now)));
        return eject(now);
    }

    private Estimate estimate(Behaviour agent, Behaviour.@Nullable Times times, Shrinking shrinking, long now) {
        double log = times == null ? mean : shrinking.shrunk(times, mean);
        double success = 1 - agent.errors();
        double share = agent.outlier().share(now);
        double weight = Math.exp(mean - log) * success * success * (share == 0 ? 1 : share);
        return new Estimate(Math.max(LEAST, Math.min(MOST, weight)), Math.exp(log), agent.errors());
    }

    private List<String> eject(long now) {
        double errors = agents.values().stream().mapToDouble(Behaviour::errors).sum();
        long out = agents.values().stream()
                .filter(one -> one.outlier().isEjected(now))
                .count();
        List<String> due = new ArrayList<>(agents.keySet());
        due.sort(Comparator.comparingDouble((String id) -> -of(id).errors()).thenComparing(id -> id));
        List<String> ejected = new ArrayList<>();
        for (String id : due) {
            Behaviour agent = of(id);
            double others = agents.size() < 2 ? 1 : (errors - agent.errors()) / (agents.size() - 1);
            boolean hasRoom = out + ejected.size() + 1 <= rule.mostShare() * agents.size();
            if (hasRoom && !agent.outlier().isEjected(now) && agent.outlier().isDue(others)) {
                agent.outlier().eject(now);
                ejected.add(id);
            }
        }
        return ejected;
    }

    /** What was learned of an agent. */
    public synchronized Estimate estimate(String agent) {
        Behaviour its = agents.get(agent);
        return its == null ? Estimate.UNKNOWN : its.estimate();
    }

    /** Whether the agent should get nothing now. */
    public synchronized boolean isEjected(String agent, long now) {
        Behaviour its = agents.get(agent);
        return its != null && its.outlier().isEjected(now);
    }

    /** How many attempts the agent holds. */
    public synchronized int held(String agent) {
        Behaviour its = agents.get(agent);
        return its == null ? 0 : its.held();
    }

    /** How many at once it takes the agent to do about as much as it can, if more were measured to bring nothing. */
    public synchronized OptionalInt knee(String agent, long now) {
        Behaviour its = agents.get(agent);
        return its == null ? OptionalInt.empty() : its.knee(now);
    }

    /** When the agent got its last task; larger for later. */
    public synchronized long lastBegun(String agent) {
        Behaviour its = agents.get(agent);
        return its == null ? 0 : its.lastBegun();
    }

    /** The agent as it stands. */
    public synchronized Standing standing(String agent, long now) {
        Behaviour its = of(agent);
        Outlier outlier = its.outlier();
        return new Standing(
                its.estimate(),
                its.held(),
                its.attempts(),
                outlier.isEjected(now) ? outlier.ejectedUntil() : null,
                outlier.share(now),
                outlier.times());
    }

    /** How long an attempt is expected to take in the fleet, in milliseconds. */
    public synchronized double millis() {
        return Math.exp(mean);
    }

    /** What is known, to be kept: of those that had most attempts, at most so many. */
    public synchronized Map<String, Kept> kept(int most) {
        Map<String, Kept> kept = new HashMap<>();
        agents.entrySet().stream()
                .filter(entry -> entry.getValue().known().count() > 0
                        || entry.getValue().outlier().times() > 0)
                .sorted(Comparator.comparingLong(entry -> -entry.getValue().attempts()))
                .limit(most)
                .forEach(entry -> {
                    Behaviour agent = entry.getValue();
                    Behaviour.Times times = agent.known();
                    Outlier outlier = agent.outlier();
                    long until = outlier.times() == 0 ? 0 : outlier.ejectedUntil();
                    kept.put(
                            entry.getKey(),
                            new Kept(
                                    times.count(),
                                    times.mean(),
                                    times.spread(),
                                    agent.errors(),
                                    until,
                                    outlier.times()));
                });
        return kept;
    }

    /** How the attempts of agents get longer with more at once, to be kept: of those that had most, at most so many. */
    public synchronized Map<String, List<Curve.Kept>> curves(int most, int levels) {
        Map<String, List<Curve.Kept>> curves = new HashMap<>();
        agents.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> -entry.getValue().attempts()))
                .limit(most)
                .forEach(entry ->
                        curves.put(entry.getKey(), entry.getValue().curve().kept(levels)));
        curves.values().removeIf(List::isEmpty);
        return curves;
    }

    /** Takes over what {@link #curves} gave, of agents of which nothing like that is known here. */
    public synchronized void learnCurves(Map<String, List<Curve.Kept>> kept) {
        kept.forEach((id, curve) -> of(id).curve().learn(curve));
    }

    /** Takes over what {@link #kept} gave, of agents that nothing is known of here. */
    public synchronized void learn(Map<String, Kept> kept) {
        kept.forEach((id, known) -> {
            Behaviour agent = of(id);
            if (agent.known().count() == 0 && agent.outlier().times() == 0) {
                agent.learn(known.count(), known.mean(), known.spread(), known.errors());
                if (known.ejections() > 0) {
                    agent.outlier().learn(known.until(), known.ejections());
                }
            }
        });
    }
}
