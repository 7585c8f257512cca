// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentState;
import io.skep.api.plugin.Notice;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.loadbalancing.balance.Fleet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How the agents do: silent, slow, failing, or well. Thread-safe. */
final class AgentHealth {
    private static final int MOST_AGENTS = 1000;
    private static final double FAILING = 0.3;

    private final Fleet fleet;
    private final Settings settings;
    private final Map<String, Watch> watches = new HashMap<>();

    AgentHealth(Fleet fleet, Settings settings) {
        this.fleet = fleet;
        this.settings = settings;
    }

    /** One agent, or, if absent, all. */
    record HealthRequest(@Nullable String agent) {
        HealthRequest {
            Inputs.text("agent", agent, 128);
        }
    }

    /**
     * How one agent does.
     *
     * @param state as core sees it by its lease
     * @param condition healthy, returning, slow, failing, suspected or ejected
     * @param since as in ISO 8601; absent if it has been so since the plugin began to look
     * @param phi how strange its silence is; absent for an agent that is driven by a connector
     * @param errors share of its attempts that fail, newer ones counting more
     * @param millis what an attempt is expected to take
     * @param weight of the work that it is given, for its slots
     */
    record AgentCondition(
            String agent,
            String state,
            String condition,
            String cause,
            @Nullable String since,
            @Nullable Double phi,
            double errors,
            long millis,
            double weight) {}

    /** How many agents are in a condition. */
    record Count(String condition, int agents) {}

    /**
     * How all do.
     *
     * @param conditions how many agents are in each, the best first
     * @param agents worst first, at most a thousand
     */
    record Overview(List<Count> conditions, List<AgentCondition> agents) {}

    /** Looks at the active agents; says what has become of whom. */
    synchronized List<Notice> look(Collection<Agent> active, long now) {
        Set<String> known = active.stream().map(Agent::id).collect(Collectors.toSet());
        watches.keySet().retainAll(known);
        List<Notice> notices = new ArrayList<>();
        for (Agent agent : active) {
            Watch watch = watches.computeIfAbsent(agent.id(), id -> new Watch());
            hear(watch, agent);
            Seen seen = seen(agent.id(), watch, now);
            watch.look(seen.condition(), seen.cause(), now)
                    .ifPresent(next ->
                            notices.add(new Notice("balancing.agent." + next.wire(), agent.id(), seen.cause())));
        }
        return notices;
    }

    private static void hear(Watch watch, Agent agent) {
        Instant until = agent.leaseUntil();
        if (until != null) {
            watch.suspicion().heard(until.minus(agent.spec().lease()).toEpochMilli());
        }
    }

    private record Seen(Condition condition, String cause) {}

    private Seen seen(String agent, Watch watch, long now) {
        Fleet.Standing standing = fleet.standing(agent, now);
        double phi = watch.suspicion().phi(now);
        double speed = fleet.millis() / standing.estimate().millis();
        if (standing.ejectedUntil() != null) {
            return new Seen(
                    Condition.EJECTED,
                    "its attempts failed; it gets nothing until " + Instant.ofEpochMilli(standing.ejectedUntil()));
        } else if (phi >= settings.suspicion()) {
            return new Seen(Condition.SUSPECTED, text("it was never silent for so long, phi %.1f", phi));
        } else if (standing.estimate().errors() >= FAILING) {
            return new Seen(
                    Condition.FAILING,
                    text("%.0f %% of its attempts fail", standing.estimate().errors() * 100));
        } else if (speed < settings.slow()) {
            return new Seen(Condition.SLOW, text("it does %.0f %% of what the others do", speed * 100));
        } else if (standing.share() < 1) {
            return new Seen(Condition.RETURNING, text("it was ejected and gets %.0f %% again", standing.share() * 100));
        }
        return new Seen(Condition.HEALTHY, "nothing speaks against it");
    }

    private static String text(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    /** Whether the agent is suspected to have died. */
    synchronized boolean isSuspected(String agent) {
        Watch watch = watches.get(agent);
        return watch != null && watch.condition() == Condition.SUSPECTED;
    }

    /** How they do, as seen last. */
    synchronized Overview overview(HealthRequest asked, List<Agent> all, long now) {
        List<Agent> shown = all.stream()
                .filter(agent -> asked.agent() == null || agent.id().equals(asked.agent()))
                .toList();
        if (shown.isEmpty() && asked.agent() != null) {
            throw new Declination("there is no agent \"" + asked.agent() + "\"");
        }
        Map<Condition, Integer> counts = new EnumMap<>(Condition.class);
        shown.forEach(agent -> counts.merge(of(agent).condition(), 1, Integer::sum));
        return new Overview(
                counts.entrySet().stream()
                        .map(entry -> new Count(entry.getKey().wire(), entry.getValue()))
                        .toList(),
                shown.stream()
                        .sorted(Comparator.comparing((Agent agent) -> of(agent).condition())
                                .reversed()
                                .thenComparing(Agent::id))
                        .limit(MOST_AGENTS)
                        .map(agent -> condition(agent, now))
                        .toList());
    }

    private Watch of(Agent agent) {
        return watches.getOrDefault(agent.id(), new Watch());
    }

    private AgentCondition condition(Agent agent, long now) {
        Watch watch = of(agent);
        Fleet.Standing standing = fleet.standing(agent.id(), now);
        boolean isActive = agent.state() == AgentState.ACTIVE;
        return new AgentCondition(
                agent.id(),
                agent.state().wire(),
                watch.condition().wire(),
                isActive ? watch.cause() : agent.cause(),
                watch.since() == 0 ? null : Instant.ofEpochMilli(watch.since()).toString(),
                agent.connected() ? null : Advising.rounded(watch.suspicion().phi(now)),
                Advising.rounded(standing.estimate().errors()),
                Math.round(standing.estimate().millis()),
                Advising.rounded(standing.estimate().weight()));
    }
}
