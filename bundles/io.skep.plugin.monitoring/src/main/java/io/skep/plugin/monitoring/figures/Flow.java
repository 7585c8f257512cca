// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.figures;

import io.skep.api.admin.MetricFamily;
import io.skep.api.event.Event;
import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the events say of tasks on their way: how many come into each state, how long they wait and run, and which are
 * silent. It knows at most so many tasks that have not ended; of more it times none, and counts that. What it takes to be
 * held is checked against what the agents hold, see {@link #check}. Not thread-safe.
 */
public final class Flow {
    private static final Meaning TRANSITIONS = Meaning.counter(
            "core", "skep_task_transitions_total", "transitions", "Times that tasks came into a state, by state.");
    private static final Meaning RATE = Meaning.gauge(
                    "core", "skep_task_transitions_per_second", "transitions per second", "The same, a second.")
            .shown();
    private static final Meaning WAIT = new Meaning(
            "core",
            "skep_task_wait_seconds",
            MetricFamily.Type.SUMMARY,
            "seconds",
            "From when a task was queued to when an agent had it, each time.",
            true);
    private static final Meaning RUN = new Meaning(
            "core",
            "skep_attempt_run_seconds",
            MetricFamily.Type.SUMMARY,
            "seconds",
            "From when an agent had a task to when its attempt ended.",
            true);
    private static final Meaning STUCK = Meaning.gauge(
            "core", "skep_tasks_stuck", "tasks", "Tasks that are held or in review and of which nothing was heard.");
    private static final Meaning HELD =
            Meaning.gauge("core", "skep_tasks_held", "tasks", "Tasks that agents hold, by the events.");
    private static final Meaning CORRECTIONS = Meaning.counter(
            "monitoring",
            "skep_monitoring_corrections_total",
            "tasks",
            "Tasks of which the events said something else than the agents.");
    private static final Meaning UNTIMED = Meaning.counter(
            "monitoring", "skep_monitoring_untimed_tasks_total", "tasks", "Tasks too many to be timed.");
    private static final String TASK = "task.";
    private static final int[] WINDOWS = {60, 300};
    private static final long SETTLED_MILLIS = 5_000;
    private static final Map<String, TaskState> STATES =
            Stream.of(TaskState.values()).collect(Collectors.toUnmodifiableMap(TaskState::wire, state -> state));

    private final int most;
    private final long stuckMillis;
    private final Listener listener;
    private final Map<TaskState, Counts> transitions = new EnumMap<>(TaskState.class);
    private final Map<String, Open> open = new LinkedHashMap<>();
    private final Quantiles waits = new Quantiles();
    private final Quantiles runs = new Quantiles();
    private long corrections;
    private long untimed;

    /** A task on its way; times in milliseconds, 0 for unknown. */
    private record Open(TaskState state, long token, long queuedAt, long heldAt, long heardAt) {}

    /** Who is told how long something took; times in milliseconds. */
    public interface Listener {
        /** Nobody. */
        Listener NONE = new Listener() {};

        /** A task got an agent then, so long after it was queued. */
        default void waited(long at, long millis) {}

        /** An attempt ended then, so long after its agent had it. */
        default void ran(long at, long millis) {}
    }

    /** Of at most so many tasks at once; one of which nothing is heard for so long is stuck. */
    public Flow(int most, long stuckMillis, Listener listener) {
        this.most = most;
        this.listener = listener;
        this.stuckMillis = stuckMillis;
        Stream.of(TaskState.values()).forEach(state -> transitions.put(state, new Counts()));
    }

    /** The state that an event says a task came into, or null. */
    public static @Nullable TaskState state(Event event) {
        return event.type().startsWith(TASK) ? STATES.get(event.type().substring(TASK.length())) : null;
    }

    /** Takes in what happened. */
    public void told(Event event) {
        TaskState state = state(event);
        long at = event.at().toEpochMilli();
        Open before = open.get(event.subject());
        if (state == null) {
            if (before != null && event.type().startsWith(TASK)) {
                open.put(event.subject(), heard(before, at));
            }
            return;
        }
        counts(state).add(at);
        if (state.isTerminal()) {
            open.remove(event.subject());
            ended(before, at);
        } else {
            passed(event, state, before, at);
        }
    }

    private void passed(Event event, TaskState state, @Nullable Open before, long at) {
        long queued = before == null ? 0 : before.queuedAt();
        long held = before == null ? 0 : before.heldAt();
        if (!state.isHeld()) {
            ended(before, at);
            held = 0;
            queued = state == TaskState.QUEUED ? at : 0;
        } else if (before == null || before.token() != event.token() || held == 0) {
            if (queued != 0) {
                waits.add(at, at - queued);
                listener.waited(at, at - queued);
            }
            held = at;
        }
        put(event.subject(), new Open(state, event.token(), queued, held, at));
    }

    private void ended(@Nullable Open before, long at) {
        if (before != null && before.heldAt() != 0) {
            runs.add(at, at - before.heldAt());
            listener.ran(at, at - before.heldAt());
        }
    }

    private void put(String task, Open its) {
        if (open.size() >= most && !open.containsKey(task)) {
            untimed++;
        } else {
            open.put(task, its);
        }
    }

    private static Open heard(Open before, long at) {
        return new Open(before.state(), before.token(), before.queuedAt(), before.heldAt(), at);
    }

    private Counts counts(TaskState state) {
        return Objects.requireNonNull(transitions.get(state));
    }

    /**
     * Compares with what the agents hold, when everything up to {@code now} was read: what only this believes to be held for
     * a while already is forgotten, what it did not know is taken over.
     *
     * @param counts whether what differs is counted: not at the beginning, when nothing is known
     */
    public void check(List<Task> held, long now, boolean counts) {
        Set<String> ids = new HashSet<>();
        for (Task task : held) {
            ids.add(task.id());
            Open known = open.get(task.id());
            if (known == null || known.heldAt() == 0) {
                corrections += counts ? 1 : 0;
                task.currentAttempt().ifPresent(attempt -> put(task.id(), open(task, attempt)));
            }
        }
        for (Iterator<Map.Entry<String, Open>> all = open.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Open> entry = all.next();
            Open its = entry.getValue();
            if (its.state().isHeld() && !ids.contains(entry.getKey()) && now - its.heardAt() > SETTLED_MILLIS) {
                all.remove();
                corrections += counts ? 1 : 0;
            }
        }
    }

    private static Open open(Task task, Attempt attempt) {
        long assigned = attempt.assignedAt().toEpochMilli();
        return new Open(
                task.state(),
                attempt.token(),
                0,
                assigned,
                Math.max(assigned, task.since().toEpochMilli()));
    }

    /** The ids of at most so many that are stuck, those that have been for longest first. */
    public List<String> stuck(long now, int atMost) {
        return open.entrySet().stream()
                .filter(entry -> isStuck(entry.getValue(), now))
                .sorted(Comparator.comparingLong(entry -> entry.getValue().heardAt()))
                .limit(atMost)
                .map(Map.Entry::getKey)
                .toList();
    }

    private boolean isStuck(Open its, long now) {
        boolean isDue = its.state() == TaskState.ASSIGNED
                || its.state() == TaskState.WORKING
                || its.state() == TaskState.IN_REVIEW;
        return isDue && now - its.heardAt() > stuckMillis;
    }

    private double count(Predicate<Open> which) {
        return open.values().stream().filter(which).count();
    }

    /** Says how it stands. */
    public void figures(long now, List<Figure> to) {
        transitions.forEach((state, counts) -> {
            Map<String, String> label = Map.of("state", state.wire());
            to.add(new Figure(TRANSITIONS, "", label, counts.total(), Figure.START));
            for (int window : WINDOWS) {
                to.add(new Figure(RATE, "", label, counts.perSecond(now, window), Figure.seconds(window)));
            }
        });
        waits.figures(WAIT, now, to);
        runs.figures(RUN, now, to);
        to.add(Figure.now(HELD, count(its -> its.state().isHeld())));
        to.add(Figure.now(STUCK, count(its -> isStuck(its, now))));
        to.add(new Figure(CORRECTIONS, "", Map.of(), corrections, Figure.START));
        to.add(new Figure(UNTIMED, "", Map.of(), untimed, Figure.START));
    }
}
