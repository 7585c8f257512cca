// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import io.skep.api.agent.AgentState;
import io.skep.api.agent.Reservation;
import io.skep.api.task.Task;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Slots that are held free for tasks to come, with the ready tasks that wait for them. A reservation is over when a task
 * has got the slot, when it is ended, and when its agent takes no more tasks or can do less. Used by the engine's thread
 * only.
 */
final class Reservations {
    /** Highest priority first, then who waits longest. */
    private static final Comparator<Task> FIRST =
            Comparator.<Task>comparingInt(task -> -task.spec().priority()).thenComparing(TenantQueue.OLDEST);

    private final AgentPool pool;
    private final Map<String, Held> byId = new LinkedHashMap<>();
    private final Map<String, Set<Held>> byAgent = new HashMap<>();
    /** Those that a ready task waits for. */
    private final Set<Held> wanted = new LinkedHashSet<>();

    /** A slot. */
    static final class Held {
        private final Reservation reservation;
        private final Set<String> skills;
        private final NavigableSet<Task> tasks = new TreeSet<>(FIRST);

        Held(Reservation reservation, Set<String> skills) {
            this.reservation = reservation;
            this.skills = skills;
        }

        String id() {
            return reservation.id();
        }

        String agent() {
            return reservation.agent();
        }

        /** The ready tasks that name it, first one first. */
        NavigableSet<Task> tasks() {
            return tasks;
        }
    }

    Reservations(AgentPool pool) {
        this.pool = pool;
    }

    /** The reservation of that id, while it lasts. */
    @Nullable
    Reservation find(@Nullable String id) {
        Held held = id == null ? null : byId.get(id);
        return held == null ? null : held.reservation;
    }

    /** The slot that the task waits for, if its reservation lasts. */
    @Nullable
    Held of(Task task) {
        String id = task.spec().reservation();
        return id == null ? null : byId.get(id);
    }

    void add(Reservation reservation, AgentRuntime agent) {
        Held held = new Held(reservation, agent.skills());
        byId.put(reservation.id(), held);
        byAgent.computeIfAbsent(agent.id(), a -> new LinkedHashSet<>()).add(held);
        pool.reserve(agent, 1);
    }

    void ready(Held held, Task task) {
        held.tasks.add(task);
        wanted.add(held);
    }

    void unready(Held held, Task task) {
        held.tasks.remove(task);
        if (held.tasks.isEmpty()) {
            wanted.remove(held);
        }
    }

    /** Those that a ready task waits for. */
    Collection<Held> wanted() {
        return wanted.isEmpty() ? Set.of() : List.copyOf(wanted);
    }

    /** Ends a reservation; the tasks that waited for it go elsewhere. */
    Collection<Task> end(String id) {
        Held held = byId.remove(id);
        if (held == null) {
            return List.of();
        }
        wanted.remove(held);
        byAgent.computeIfPresent(held.agent(), (agent, its) -> {
            its.remove(held);
            return its.isEmpty() ? null : its;
        });
        AgentRuntime agent = pool.find(held.agent());
        if (agent != null) {
            pool.reserve(agent, -1);
        }
        return held.tasks;
    }

    /** The reservations that the agent, as it is now, cannot keep. */
    Set<String> broken(String agent) {
        Set<String> broken = new HashSet<>();
        AgentRuntime runtime = pool.find(agent);
        for (Held held : byAgent.getOrDefault(agent, Set.of())) {
            if (runtime == null || !keeps(runtime, held)) {
                broken.add(held.id());
            }
        }
        return broken;
    }

    /** One that is not heard of may be back in time, and one that falls asleep does not while a slot of it is held. */
    private static boolean keeps(AgentRuntime agent, Held held) {
        AgentState state = agent.record().state();
        return (state == AgentState.ACTIVE || state == AgentState.UNKNOWN || state == AgentState.PREPARING)
                && agent.used() <= agent.slots()
                && agent.skills().containsAll(held.skills);
    }

    void reset() {
        byId.clear();
        byAgent.clear();
        wanted.clear();
    }
}
