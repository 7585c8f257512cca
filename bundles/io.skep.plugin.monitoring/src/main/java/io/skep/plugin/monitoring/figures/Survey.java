// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.figures;

import static io.skep.plugin.monitoring.figures.Meaning.gauge;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentState;
import io.skep.api.task.QueueStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What can be seen of agents and queues at one moment. Each of the {@value #MOST} deepest queues and busiest agents has
 * figures of its own, the totals are of all. Stateless.
 */
public final class Survey {
    /** The most queues, and agents, with figures of their own. */
    public static final int MOST = 50;

    private static final String QUEUES = "queues";
    private static final String AGENTS = "agents";
    private static final Meaning QUEUED = gauge(QUEUES, "skep_queued_tasks", "tasks", "Tasks that could start, all.");
    private static final Meaning OLDEST = gauge(
            QUEUES, "skep_queue_oldest_seconds", "seconds", "For how long the oldest task that could start waits.");
    private static final Meaning DEPTH =
            gauge(QUEUES, "skep_queue_depth_tasks", "tasks", "Tasks that could start, by tenant and skills.");
    private static final Meaning AGE = gauge(
            QUEUES,
            "skep_queue_age_seconds",
            "seconds",
            "For how long the oldest of a queue waits; 0 for an empty one.");
    private static final Meaning IN = gauge(
            QUEUES, "skep_queue_in_per_second", "tasks per second", "Tasks that came into a queue in the last minute.");
    private static final Meaning OUT = gauge(
            QUEUES, "skep_queue_out_per_second", "tasks per second", "Tasks that got an agent in the last minute.");
    private static final Meaning STATES = gauge(AGENTS, "skep_agents_in_state", "agents", "Agents by state.");
    private static final Meaning SLOTS =
            gauge(AGENTS, "skep_slots", "slots", "Slots of active agents by use: busy, reserved or free.");
    private static final Meaning SATURATION = gauge(
            AGENTS,
            "skep_slots_saturation_ratio",
            "ratio",
            "Share of the active agents' slots that is busy or reserved.");
    private static final Meaning AGENT_SATURATION = gauge(
            AGENTS, "skep_agent_saturation_ratio", "ratio", "Share of an agent's slots that is busy or reserved.");
    private static final Meaning LEASE = gauge(
            AGENTS, "skep_agent_lease_seconds", "seconds", "Until the lease of an agent runs out; below 0 it has.");

    private Survey() {}

    /** Of the queues. */
    public static void queues(List<QueueStatus> queues, Instant now, List<Figure> to) {
        to.add(Figure.now(QUEUED, queues.stream().mapToLong(QueueStatus::depth).sum()));
        to.add(Figure.now(
                OLDEST,
                queues.stream().mapToDouble(queue -> age(queue, now)).max().orElse(0)));
        queues.stream()
                .sorted(Comparator.comparingInt(QueueStatus::depth).reversed())
                .limit(MOST)
                .forEach(queue -> {
                    Map<String, String> labels = Map.of("tenant", queue.tenant(), "skills", skills(queue));
                    to.add(Figure.now(DEPTH, labels, queue.depth()));
                    to.add(Figure.now(AGE, labels, age(queue, now)));
                    to.add(new Figure(IN, "", labels, queue.inPerSecond(), Figure.seconds(60)));
                    to.add(new Figure(OUT, "", labels, queue.outPerSecond(), Figure.seconds(60)));
                });
    }

    private static String skills(QueueStatus queue) {
        return queue.skills().isEmpty()
                ? "any"
                : queue.skills().stream().sorted().collect(Collectors.joining("+"));
    }

    private static double age(QueueStatus queue, Instant now) {
        Instant oldest = queue.oldestSince();
        return oldest == null ? 0 : seconds(Duration.between(oldest, now));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /** Of the agents. */
    public static void agents(List<Agent> agents, Instant now, List<Figure> to) {
        for (AgentState state : AgentState.values()) {
            if (state != AgentState.REMOVED) {
                long count =
                        agents.stream().filter(agent -> agent.state() == state).count();
                to.add(Figure.now(STATES, Map.of("state", state.wire()), count));
            }
        }
        List<Agent> active = agents.stream()
                .filter(agent -> agent.state() == AgentState.ACTIVE)
                .toList();
        long all = active.stream().mapToLong(agent -> agent.spec().slots()).sum();
        long busy = active.stream().mapToLong(Agent::busy).sum();
        long reserved = active.stream().mapToLong(Agent::reserved).sum();
        to.add(Figure.now(SLOTS, Map.of("use", "busy"), busy));
        to.add(Figure.now(SLOTS, Map.of("use", "reserved"), reserved));
        to.add(Figure.now(SLOTS, Map.of("use", "free"), Math.max(0, all - busy - reserved)));
        to.add(Figure.now(SATURATION, all == 0 ? 0 : (double) (busy + reserved) / all));
        active.stream()
                .sorted(Comparator.comparingDouble(Survey::saturation).reversed())
                .limit(MOST)
                .forEach(agent -> {
                    Map<String, String> label = Map.of("agent", agent.id());
                    to.add(Figure.now(AGENT_SATURATION, label, saturation(agent)));
                    if (agent.leaseUntil() != null) {
                        Duration left = Duration.between(now, Objects.requireNonNull(agent.leaseUntil()));
                        to.add(Figure.now(LEASE, label, seconds(left)));
                    }
                });
    }

    private static double saturation(Agent agent) {
        return (double) (agent.busy() + agent.reserved()) / agent.spec().slots();
    }
}
