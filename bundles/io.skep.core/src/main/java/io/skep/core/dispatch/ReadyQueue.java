// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import io.skep.core.state.Ids;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The tasks that could start now and need the same skills, first one first. Used by the engine's thread only. */
final class ReadyQueue {
    /** Highest priority first, then by submission: behind the shard an id starts with the time and a counter. */
    static final Comparator<Task> FIRST = Comparator.<Task>comparingInt(
                    t -> -t.spec().priority())
            .thenComparing((a, b) -> CharSequence.compare(Ids.order(a.id()), Ids.order(b.id())))
            .thenComparing(Task::id);

    private final Set<String> skills;
    private final NavigableSet<Task> tasks = new TreeSet<>(FIRST);
    private List<AgentGroup> matching = List.of();
    private long matchingVersion = -1;

    ReadyQueue(Set<String> skills) {
        this.skills = skills;
    }

    NavigableSet<Task> tasks() {
        return tasks;
    }

    /** Who should get the first task now, or null if nobody can take it. */
    @Nullable
    AgentRuntime choose(AgentPool pool) {
        if (matchingVersion != pool.groupsVersion()) {
            matching = pool.matching(skills);
            matchingVersion = pool.groupsVersion();
        }
        Task task = tasks.first();
        if (!task.attempts().isEmpty()) {
            AgentRuntime other = best(group -> group.firstBut(agentsThatTried(task)));
            if (other != null) {
                return other;
            }
        }
        return best(
                group -> group.receptive().isEmpty() ? null : group.receptive().first());
    }

    private interface Candidate {
        @Nullable
        AgentRuntime of(AgentGroup group);
    }

    private @Nullable AgentRuntime best(Candidate candidate) {
        AgentRuntime best = null;
        for (AgentGroup group : matching) {
            AgentRuntime agent = candidate.of(group);
            if (agent != null && (best == null || AgentGroup.LEAST_LOADED.compare(agent, best) < 0)) {
                best = agent;
            }
        }
        return best;
    }

    private static Set<String> agentsThatTried(Task task) {
        Set<String> agents = new HashSet<>();
        for (Attempt attempt : task.attempts()) {
            agents.add(attempt.agent());
        }
        return agents;
    }
}
