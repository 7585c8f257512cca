// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.api.agent.Agent;
import io.skep.api.plugin.Advice;
import io.skep.plugin.loadbalancing.balance.Fleet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** What core is advised, from what was learned. Thread-safe. */
final class Advising {
    /** Weights that differ less from 1 than this are 1: core has less to put in order. */
    private static final double CLOSE = 0.05;

    private static final double SUSPECTED = 0.25;

    private final Fleet fleet;
    private final AgentHealth health;
    private final Room room;

    Advising(Fleet fleet, AgentHealth health, Room room) {
        this.fleet = fleet;
        this.health = health;
        this.room = room;
    }

    /**
     * About those of the agents for which there is something to say.
     *
     * @param weighs whether weights are wanted
     */
    List<Advice> about(Collection<Agent> active, boolean weighs, long now) {
        List<Advice> advice = new ArrayList<>();
        for (Agent agent : active) {
            Fleet.Standing standing = fleet.standing(agent.id(), now);
            boolean isSuspected = health.isSuspected(agent.id());
            double learned = weighs ? standing.estimate().weight() : standing.share() == 0 ? 1 : standing.share();
            double weight = bounded(isSuspected ? learned * SUSPECTED : learned);
            Long until = standing.ejectedUntil();
            int slots = agent.spec().slots();
            int given = room.given(agent);
            if (until != null || weight != 1 || given < slots) {
                advice.add(new Advice(
                        agent.id(),
                        weight,
                        given,
                        until != null,
                        until != null
                                ? "its attempts failed; until " + Instant.ofEpochMilli(until)
                                : cause(standing, weight, isSuspected) + (given < slots ? room.why(agent) : "")));
            }
        }
        return advice;
    }

    private static double bounded(double weight) {
        double whole = Math.max(Advice.MIN_WEIGHT, Math.min(Advice.MAX_WEIGHT, rounded(weight)));
        return Math.abs(whole - 1) < CLOSE ? 1 : whole;
    }

    private static String cause(Fleet.Standing standing, double weight, boolean isSuspected) {
        return String.format(
                Locale.ROOT,
                "weight %.2f: %.0f ms expected, %.0f %% fail%s",
                weight,
                standing.estimate().millis(),
                standing.estimate().errors() * 100,
                isSuspected ? ", suspected to be gone" : standing.share() < 1 ? ", coming back" : "");
    }

    static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
