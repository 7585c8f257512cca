// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import io.skep.api.task.Attempt;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that could start now, need the same skills and are for the same agent or for any, by tenant. Used by the
 * engine's thread only.
 */
final class ReadyQueue {
    private final Key key;
    private final Map<String, TenantQueue> byTenant = new HashMap<>();
    private final NavigableSet<TenantQueue> line =
            new TreeSet<>(Comparator.comparing(TenantQueue::tenant, Tenant.NEXT));
    private List<AgentGroup> matching = List.of();
    private long matchingVersion = -1;

    /**
     * What its tasks have in common.
     *
     * @param skills that they need
     * @param agent that they are for, or null for any
     */
    record Key(Set<String> skills, @Nullable String agent) {
        static Key of(Task task) {
            Selection selection = task.selection();
            return new Key(task.spec().skills(), selection == null ? null : selection.agent());
        }
    }

    ReadyQueue(Key key) {
        this.key = key;
    }

    Key key() {
        return key;
    }

    /** Whether somebody may take one of these now; cheap, and false only if nobody can. */
    boolean isWanted(AgentPool pool) {
        String name = key.agent();
        AgentRuntime agent = name == null ? null : pool.find(name);
        return name == null || (agent != null && agent.isReceptiveNow());
    }

    Collection<TenantQueue> tenants() {
        return byTenant.values();
    }

    boolean isEmpty() {
        return byTenant.isEmpty();
    }

    void add(Task task, Tenants tenants) {
        TenantQueue queue = byTenant.get(task.spec().tenant());
        if (queue == null) {
            Tenant tenant = tenants.get(task.spec().tenant());
            queue = new TenantQueue(tenant, line);
            tenant.arrive(tenants.now(), queue);
            byTenant.put(tenant.name(), queue);
            queue.standAgain();
        }
        queue.add(task);
    }

    void remove(Task task) {
        TenantQueue queue = byTenant.get(task.spec().tenant());
        if (queue != null) {
            queue.remove(task);
            if (queue.isEmpty()) {
                queue.standAside();
                queue.tenant().leave(queue);
                byTenant.remove(task.spec().tenant());
            }
        }
    }

    /** The tenant's tasks, if any wait. */
    @Nullable
    TenantQueue of(String tenant) {
        return byTenant.get(tenant);
    }

    /** The tasks of the tenant whose turn it is. */
    TenantQueue next() {
        return line.first();
    }

    /** The task that waits longest. */
    Task oldest() {
        Task oldest = null;
        for (TenantQueue queue : byTenant.values()) {
            Task its = queue.first(TenantQueue.OLDEST);
            if (oldest == null || TenantQueue.OLDEST.compare(its, oldest) < 0) {
                oldest = its;
            }
        }
        return Objects.requireNonNull(oldest, "an empty queue is not kept");
    }

    /** Whom of those that sleep these tasks need, for want of free slots of others. */
    List<AgentRuntime> wantedSleepers(AgentPool pool) {
        if (key.agent() != null) {
            AgentRuntime agent = pool.find(key.agent());
            boolean isNeeded =
                    agent != null && agent.isDozingNow() && agent.skills().containsAll(key.skills());
            return isNeeded ? List.of(agent) : List.of();
        }
        List<AgentGroup> groups = matching(pool);
        long missing = byTenant.values().stream().mapToLong(TenantQueue::size).sum()
                - groups.stream().mapToLong(AgentGroup::free).sum();
        List<AgentRuntime> wanted = new ArrayList<>();
        for (AgentGroup group : groups) {
            for (AgentRuntime agent : group.dozing()) {
                if (missing <= 0) {
                    return wanted;
                }
                wanted.add(agent);
                missing -= agent.room() - agent.used();
            }
        }
        return wanted;
    }

    private List<AgentGroup> matching(AgentPool pool) {
        if (matchingVersion != pool.groupsVersion()) {
            matching = pool.matching(key.skills());
            matchingVersion = pool.groupsVersion();
        }
        return matching;
    }

    /** Who should get the task, one of these, now, or null if nobody can take it. */
    @Nullable
    AgentRuntime choose(Task task, AgentPool pool) {
        if (key.agent() != null) {
            AgentRuntime agent = pool.find(key.agent());
            boolean takes =
                    agent != null && agent.isReceptiveNow() && agent.skills().containsAll(key.skills());
            return takes ? agent : null;
        }
        matching(pool);
        if (!task.attempts().isEmpty()) {
            AgentRuntime other = best(group -> group.firstBut(agentsThatTried(task)));
            if (other != null) {
                return other;
            }
        }
        AgentRuntime found = best(group -> first(group.receptive()));
        // Where all are ejected, work for an agent that may fail is better than none.
        boolean nobodyStands = found == null && matching.stream().allMatch(group -> group.standing() == 0);
        return nobodyStands ? best(group -> first(group.ejected())) : found;
    }

    private static @Nullable AgentRuntime first(NavigableSet<AgentRuntime> agents) {
        return agents.isEmpty() ? null : agents.first();
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
