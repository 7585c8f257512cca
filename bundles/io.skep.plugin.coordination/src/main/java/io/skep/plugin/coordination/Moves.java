// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.api.task.AttemptRef;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Plans which tasks that have not begun should go elsewhere: again and again the last one of the agent with the largest
 * backlog, to the agent that would then have the smallest, as long as that is less than what the giver had. Idle agents
 * count like all others. Not thread-safe; lives for one plan.
 */
final class Moves {
    /** A task with more attempts stays where it is, so that a restless fleet does not pass it round for ever. */
    private static final int MAX_ATTEMPTS = 20;

    private final List<Side> sides;

    /** One task to move, as core names its attempt. */
    record Move(AttemptRef attempt, String to) {}

    /** An agent in the plan. */
    private static final class Side {
        final Work work;
        final Deque<Task> movable = new ArrayDeque<>();
        int more;

        Side(Work work) {
            this.work = work;
        }

        String id() {
            return work.agent().id();
        }

        double backlog() {
            return work.backlogMillis(more);
        }

        boolean canTake(Task task) {
            return work.isActive()
                    && more < work.free()
                    && work.agent().spec().skillIds().containsAll(task.spec().skills())
                    && task.attempts().stream().noneMatch(a -> a.agent().equals(id()));
        }
    }

    /**
     * Over the work of all agents.
     *
     * @param held reads what an agent holds
     */
    Moves(List<Work> works, Function<String, List<Task>> held) {
        sides = works.stream().map(Side::new).toList();
        for (Side side : sides) {
            if (side.work.queued() > 0) {
                held.apply(side.id()).stream()
                        .filter(task -> task.state() == TaskState.ASSIGNED
                                && task.attempts().size() <= MAX_ATTEMPTS)
                        .sorted(Comparator.comparing(Task::since).thenComparing(Task::id))
                        .forEach(side.movable::addLast);
            }
        }
    }

    /** At most so many moves, in the order in which they help. */
    List<Move> plan(int most) {
        List<Move> plan = new ArrayList<>();
        while (plan.size() < most) {
            Side from = largest();
            if (from == null) {
                return plan;
            }
            Task task = from.movable.removeLast();
            Side to = smallest(task, from);
            if (to == null) {
                // Others of its tasks may ask for other skills.
                continue;
            }
            plan.add(new Move(new AttemptRef(task.id(), task.token(), from.id()), to.id()));
            from.more--;
            to.more++;
        }
        return plan;
    }

    /** The backlogs of the active agents after these moves, by agent. */
    static Map<String, Double> after(List<Work> works, List<Move> moves) {
        Map<String, Integer> more = new HashMap<>();
        for (Move move : moves) {
            more.merge(move.attempt().agent(), -1, Integer::sum);
            more.merge(move.to(), 1, Integer::sum);
        }
        Map<String, Double> after = new HashMap<>();
        for (Work work : works) {
            String id = work.agent().id();
            after.put(id, work.backlogMillis(more.getOrDefault(id, 0)));
        }
        return after;
    }

    private @Nullable Side largest() {
        Side largest = null;
        for (Side side : sides) {
            if (!side.movable.isEmpty() && (largest == null || side.backlog() > largest.backlog())) {
                largest = side;
            }
        }
        return largest;
    }

    private @Nullable Side smallest(Task task, Side from) {
        Side smallest = null;
        double least = from.backlog();
        for (Side side : sides) {
            if (side != from && side.canTake(task)) {
                double then = side.work.backlogMillis(side.more + 1);
                if (then < least) {
                    smallest = side;
                    least = then;
                }
            }
        }
        return smallest;
    }
}
