// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.ScalingGroup;
import io.skep.api.task.QueueStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which tasks wait for which group: those of a queue for the group whose slots cost least of those that have its skills, as
 * long as it can grow; else for the next one. So no task has two groups grow. Immutable.
 */
final class Demand {
    private final Map<String, List<QueueStatus>> queues = new HashMap<>();
    private final Map<String, Agent> agents = new HashMap<>();

    Demand(List<Scalers.Member> members, List<QueueStatus> all, List<Agent> known) {
        known.forEach(agent -> agents.put(agent.id(), agent));
        List<Scalers.Member> cheapest = members.stream()
                .sorted(Comparator.<Scalers.Member>comparingDouble(
                                member -> member.group().hourCostMicros()
                                        / (double) member.group().slots())
                        .thenComparingInt(member -> member.group().skills().size())
                        .thenComparing(Scalers.Member::key))
                .toList();
        for (QueueStatus queue : all) {
            List<Scalers.Member> able = cheapest.stream()
                    .filter(member -> member.group().skills().containsAll(queue.skills()))
                    .toList();
            able.stream()
                    .filter(member -> member.group().wanted() < member.group().max())
                    .findFirst()
                    .or(() -> able.stream().findFirst())
                    .ifPresent(member -> queues.computeIfAbsent(member.key(), key -> new ArrayList<>())
                            .add(queue));
        }
    }

    /** What a group shows now. */
    Figures of(Scalers.Member member, Instant now) {
        ScalingGroup group = member.group();
        List<Agent> own = group.agents().stream()
                .map(agents::get)
                .filter(Objects::nonNull)
                .toList();
        List<Agent> ready =
                own.stream().filter(agent -> agent.state() == AgentState.ACTIVE).toList();
        List<QueueStatus> waiting = queues.getOrDefault(member.key(), List.of());
        return new Figures(
                group.wanted(),
                ready.size(),
                own.size(),
                group.slots(),
                ready.stream().mapToInt(Agent::busy).sum(),
                waiting.stream().mapToInt(QueueStatus::depth).sum(),
                waiting.stream()
                        .map(QueueStatus::oldestSince)
                        .filter(Objects::nonNull)
                        .mapToLong(since -> Math.max(0, now.toEpochMilli() - since.toEpochMilli()))
                        .max()
                        .orElse(0),
                waiting.stream().mapToDouble(QueueStatus::inPerSecond).sum(),
                null,
                null);
    }

    /** Slots in use of all agents of a group, also of those that drain. */
    int held(Scalers.Member member) {
        return member.group().agents().stream()
                .map(agents::get)
                .filter(Objects::nonNull)
                .mapToInt(Agent::busy)
                .sum();
    }
}
