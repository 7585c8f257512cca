// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.api.event.Event;
import io.skep.api.task.Task;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whose the tasks are that events tell of; those of the newest tasks are remembered. Used by one thread. */
final class TaskTenants {
    private static final Logger LOG = LoggerFactory.getLogger(TaskTenants.class);
    private static final String OF_TASKS = "task.";
    private static final int MAX_KNOWN = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Function<String, CompletionStage<Optional<Task>>> tasks;
    private final Map<String, String> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_KNOWN;
        }
    };

    /** Finds tasks by that. */
    TaskTenants(Function<String, CompletionStage<Optional<Task>>> tasks) {
        this.tasks = tasks;
    }

    /** Looks up what is not known yet of these, all at once; what is not found within seconds stays unknown. */
    void learn(List<Event> events) {
        Map<String, CompletableFuture<Void>> asked = new HashMap<>();
        Map<String, String> found = new ConcurrentHashMap<>();
        for (Event event : events) {
            if (event.type().startsWith(OF_TASKS) && known.get(event.subject()) == null) {
                asked.computeIfAbsent(
                        event.subject(),
                        id -> tasks.apply(id)
                                .thenAccept(task -> task.ifPresent(
                                        it -> found.put(id, it.spec().tenant())))
                                .toCompletableFuture());
            }
        }
        try {
            CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException unknown) {
            // An event without a tenant is better than none; who is confined to one does not see it.
            LOG.debug("whose some tasks are could not be found out", unknown);
        }
        known.putAll(found);
    }

    /** The tenant of the task that an event tells of, as far as it is known. */
    Optional<String> of(Event event) {
        return event.type().startsWith(OF_TASKS) ? Optional.ofNullable(known.get(event.subject())) : Optional.empty();
    }
}
