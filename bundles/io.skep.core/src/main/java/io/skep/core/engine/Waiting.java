// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.task.Task;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Tasks about which somebody is to be asked: the highest priority first, in each those that came first. For one thread. */
final class Waiting {
    private final NavigableMap<Integer, Map<String, Task>> byPriority = new TreeMap<>(Comparator.reverseOrder());
    private int size;

    int size() {
        return size;
    }

    void add(Task task) {
        byPriority
                .computeIfAbsent(task.spec().priority(), priority -> new LinkedHashMap<>())
                .put(task.id(), task);
        size++;
    }

    /** Takes a task out; whether it was there. */
    boolean remove(Task task) {
        Map<String, Task> same = byPriority.get(task.spec().priority());
        if (same == null || same.remove(task.id()) == null) {
            return false;
        }
        size--;
        if (same.isEmpty()) {
            byPriority.remove(task.spec().priority());
        }
        return true;
    }

    boolean contains(Task task) {
        return byPriority.getOrDefault(task.spec().priority(), Map.of()).containsKey(task.id());
    }

    /** Takes the next one out; there must be one. */
    Task next() {
        Task next = byPriority.firstEntry().getValue().values().iterator().next();
        remove(next);
        return next;
    }

    void clear() {
        byPriority.clear();
        size = 0;
    }
}
