// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.task.TaskState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which agent holds which task, both ways, exactly as it was at {@link #cursor()}: a batch of events is applied as a
 * whole. Every event about a task says all that matters here, so what came of it does not depend on what was known
 * before. As large as the tasks that are held now. Thread-safe.
 */
final class Mapping {
    private static final String TASK = "task.";
    private static final Map<String, TaskState> STATES =
            Stream.of(TaskState.values()).collect(Collectors.toUnmodifiableMap(TaskState::wire, state -> state));

    private final Map<String, Holding> byTask = new HashMap<>();
    private final Map<String, Map<String, Holding>> byAgent = new HashMap<>();
    private EventCursor cursor = EventCursor.of();

    /** An attempt that is over, and what the task became. */
    record Over(Holding holding, Event event, TaskState became) {}

    /** What is held, and where in the stream that is so. */
    record At(EventCursor cursor, List<Holding> held) {}

    /** Begins anew with what is held at a position, or after: then it is right when it has read up to there. */
    synchronized void reset(EventCursor at, Collection<Holding> held) {
        byTask.clear();
        byAgent.clear();
        held.forEach(this::put);
        cursor = at;
    }

    /** Moves on; tells which attempts are over. */
    synchronized List<Over> apply(EventBatch batch) {
        List<Over> over = new ArrayList<>();
        for (Event event : batch.events()) {
            // Progress changes nothing, and a state of a newer core is none that anybody holds a task in.
            TaskState state =
                    event.type().startsWith(TASK) ? STATES.get(event.type().substring(TASK.length())) : null;
            if (state != null) {
                Holding before = byTask.get(event.subject());
                if (before != null && event.token() < before.token()) {
                    continue; // Older than what was read when this began.
                }
                if (state.isHeld()) {
                    put(Holding.after(before, event, state));
                } else if (before != null) {
                    remove(before);
                    over.add(new Over(before, event, state));
                }
            }
        }
        cursor = batch.next();
        return over;
    }

    /** Up to where the stream has been read. */
    synchronized EventCursor cursor() {
        return cursor;
    }

    /** Who holds the task: one or nobody. */
    synchronized At ofTask(String task) {
        Holding holding = byTask.get(task);
        return new At(cursor, holding == null ? List.of() : List.of(holding));
    }

    /** What the agent holds, in the order in which it got it. */
    synchronized At ofAgent(String agent) {
        return new At(cursor, List.copyOf(byAgent.getOrDefault(agent, Map.of()).values()));
    }

    /** Everything. */
    synchronized At all() {
        return new At(cursor, List.copyOf(byTask.values()));
    }

    private void put(Holding holding) {
        Holding before = byTask.put(holding.task(), holding);
        if (before != null && !before.agent().equals(holding.agent())) {
            remove(before);
            byTask.put(holding.task(), holding);
        }
        byAgent.computeIfAbsent(holding.agent(), a -> new LinkedHashMap<>()).put(holding.task(), holding);
    }

    private void remove(Holding holding) {
        byTask.remove(holding.task());
        byAgent.computeIfPresent(holding.agent(), (agent, its) -> {
            its.remove(holding.task());
            return its.isEmpty() ? null : its;
        });
    }
}
