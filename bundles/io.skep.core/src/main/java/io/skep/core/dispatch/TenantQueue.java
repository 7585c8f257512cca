// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import io.skep.api.task.Task;
import io.skep.core.state.Ids;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The ready tasks of one tenant that need the same skills. Used by the engine's thread only. */
final class TenantQueue {
    /**
     * Oldest first; behind the shard an id starts with the time and a counter. In one method, and not composed: a restart
     * with a million waiting tasks compares twenty million times.
     */
    static final Comparator<Task> OLDEST = TenantQueue::compareByAge;

    private final Tenant tenant;
    private final NavigableSet<TenantQueue> line;
    /** By priority, oldest first in each: the first of all is found among ten heads at most. */
    private final TreeMap<Integer, NavigableSet<Task>> tasks = new TreeMap<>(Comparator.reverseOrder());

    private int size;

    /** Stands in {@code line}, in the order of {@link Tenant#NEXT}, while it is not empty. */
    TenantQueue(Tenant tenant, NavigableSet<TenantQueue> line) {
        this.tenant = tenant;
        this.line = line;
    }

    private static int compareByAge(Task one, Task other) {
        int byTime = readySince(one).compareTo(readySince(other));
        if (byTime != 0) {
            return byTime;
        }
        int bySubmission = Ids.compareBySubmission(one.id(), other.id());
        return bySubmission != 0 ? bySubmission : one.id().compareTo(other.id());
    }

    /** Since when the task could have started. */
    static Instant readySince(Task task) {
        Instant queued = Objects.requireNonNullElse(task.queuedAt(), task.submittedAt());
        Instant notBefore = task.spec().notBefore();
        return notBefore == null || notBefore.isBefore(queued) ? queued : notBefore;
    }

    Tenant tenant() {
        return tenant;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(Task task) {
        if (tasks.computeIfAbsent(task.spec().priority(), p -> new TreeSet<>(OLDEST))
                .add(task)) {
            size++;
        }
    }

    void remove(Task task) {
        NavigableSet<Task> same = tasks.get(task.spec().priority());
        if (same != null && same.remove(task)) {
            size--;
            if (same.isEmpty()) {
                tasks.remove(task.spec().priority());
            }
        }
    }

    /** The first by {@code order} of those that are the oldest of their priority. */
    Task first(Comparator<Task> order) {
        Task first = null;
        for (NavigableSet<Task> same : tasks.values()) {
            Task head = same.first();
            if (first == null || order.compare(head, first) < 0) {
                first = head;
            }
        }
        return Objects.requireNonNull(first, "an empty queue is in no line");
    }

    /** All of them, in no order that matters. */
    Stream<Task> tasks() {
        return tasks.values().stream().flatMap(Collection::stream);
    }

    /** How many stand before the task by {@code order}, counted up to {@code most}. */
    int before(Task task, Comparator<Task> order, int most) {
        int before = 0;
        for (NavigableSet<Task> same : tasks.values()) {
            for (Task other : same) {
                if (before == most || order.compare(other, task) >= 0) {
                    break;
                }
                before++;
            }
        }
        return before;
    }

    /** What its tenant has is about to change. */
    void standAside() {
        line.remove(this);
    }

    /** What its tenant has has changed. */
    void standAgain() {
        line.add(this);
    }
}
