// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.Refusal;
import io.skep.api.task.Attempt;
import io.skep.api.task.Budget;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.api.task.TreeUsage;
import io.skep.api.task.Usage;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.state.Transitions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Parents and children: who is below whom, what a tree has used of the budgets in it, and how a whole tree ends. A task
 * stays in memory and in its tree while something below it has not ended. Used by the engine's thread only.
 */
public final class Trees {
    private static final int LONGEST_CYCLE = 4;

    private final Timers timers;
    private final int maxCycles;
    private final Map<String, Set<String>> children = new HashMap<>();
    private Function<String, @Nullable Task> find = id -> null;

    /** With {@code maxCycles} a tree is stopped in which the same agents have handed work round so often. */
    Trees(Timers timers, int maxCycles) {
        this.timers = timers;
        this.maxCycles = maxCycles;
    }

    /** Forgets everything; tasks are found by {@code find} from now on. */
    void reset(Function<String, @Nullable Task> tasks) {
        children.clear();
        find = tasks;
    }

    /** How many children of the task have not ended, or have something below them that has not. */
    public int childCount(String parent) {
        return children.getOrDefault(parent, Set.of()).size();
    }

    /** What is left of the budgets above a task, in words, one sentence for each. */
    public List<String> left(Task task) {
        List<String> left = new ArrayList<>(0);
        forBudgets(task, owner -> left.add("the budget of task " + owner.id() + " has left: " + rest(owner)));
        return left;
    }

    private static String rest(Task owner) {
        Budget budget = Objects.requireNonNull(owner.spec().budget());
        TreeUsage spent = Objects.requireNonNull(owner.spent());
        List<String> parts = new ArrayList<>();
        if (budget.maxAttempts() != null) {
            parts.add(budget.maxAttempts() - spent.attempts() + " attempts");
        }
        if (budget.maxTokens() != null) {
            parts.add(budget.maxTokens() - spent.usage().tokens() + " tokens");
        }
        if (budget.maxCostMicros() != null) {
            parts.add(budget.maxCostMicros() - spent.usage().costMicros() + " millionths of money");
        }
        if (budget.maxDescendants() != null) {
            parts.add(budget.maxDescendants() - spent.descendants() + " descendants");
        }
        if (budget.maxTime() != null) {
            parts.add(
                    spent.startedAt() == null
                            ? "all of its time, " + budget.maxTime()
                            : "time until " + spent.startedAt().plus(budget.maxTime()));
        }
        return parts.isEmpty() ? "everything" : String.join(", ", parts);
    }

    /** Cancels a task and all below it, as far as they have not ended. */
    public void cancel(Turn turn, String id, String cause) {
        end(
                turn,
                id,
                TaskState.CANCELED,
                cause,
                task -> "its parent " + task.spec().parent() + " was canceled");
    }

    private Collection<String> children(String parent) {
        return children.getOrDefault(parent, Set.of());
    }

    /** Whether something below the task has not ended. */
    boolean isNeeded(String id) {
        return children.containsKey(id);
    }

    /** A task that has not ended is there. */
    void enter(Task task) {
        watchTime(task);
        for (Task child = task; child.spec().parent() != null; ) {
            String parentId = child.spec().parent();
            children.computeIfAbsent(parentId, p -> new LinkedHashSet<>()).add(child.id());
            Task parent = find.apply(parentId);
            if (parent == null
                    || !parent.state().isTerminal()
                    || children.get(parentId).size() > 1) {
                return;
            }
            watchTime(parent);
            child = parent;
        }
    }

    /** A task has ended. */
    void leave(Task task) {
        Task gone = task;
        while (gone != null && gone.state().isTerminal() && !children.containsKey(gone.id())) {
            if (gone.spec().budget() != null) {
                timers.forget(timeOf(gone));
            }
            String parentId = gone.spec().parent();
            Set<String> siblings = parentId == null ? null : children.get(parentId);
            if (siblings == null) {
                return;
            }
            siblings.remove(gone.id());
            if (!siblings.isEmpty()) {
                return;
            }
            children.remove(parentId);
            gone = find.apply(parentId);
        }
    }

    private void watchTime(Task owner) {
        Budget budget = owner.spec().budget();
        TreeUsage spent = owner.spent();
        Duration time = budget == null ? null : budget.maxTime();
        Instant startedAt = spent == null ? null : spent.startedAt();
        if (time != null && startedAt != null) {
            timers.at(timeOf(owner), startedAt.plus(time), turn -> stop(turn, owner.id(), "its time of " + time));
        }
    }

    /** Counts what a change of a task uses of the budgets above it, and stops the trees that have used too much. */
    void changed(Turn turn, @Nullable Task before, Task task) {
        if (isAlone(task)) {
            return;
        }
        int attempts =
                task.attempts().size() - (before == null ? 0 : before.attempts().size());
        Usage used = used(task).since(before == null ? Usage.NONE : used(before));
        if (attempts == 0 && before != null && used.equals(Usage.NONE)) {
            return;
        }
        forBudgets(task, owner -> {
            TreeUsage spent = Objects.requireNonNull(owner.spent());
            boolean grown = before == null && !owner.id().equals(task.id());
            TreeUsage more = new TreeUsage(
                    spent.attempts() + attempts,
                    spent.descendants() + (grown ? 1 : 0),
                    spent.usage().plus(used),
                    spent.startedAt() == null && attempts > 0 ? turn.now() : spent.startedAt());
            if (!more.equals(spent)) {
                Task charged = Transitions.spend(owner, more);
                turn.usage(charged);
                if (spent.startedAt() == null) {
                    watchTime(charged);
                }
                String exceeded = exceeded(charged, 1);
                if (exceeded != null) {
                    stop(turn, owner.id(), exceeded);
                }
            }
        });
    }

    /**
     * Whether an attempt at the task by that agent may begin; if not, the tree in whose way it stands has been stopped.
     */
    boolean mayBegin(Turn turn, Task task, AgentRuntime agent) {
        if (isAlone(task)) {
            return true;
        }
        List<Task> exhausted = new ArrayList<>(0);
        forBudgets(task, owner -> {
            if (exceeded(owner, 0) != null) {
                exhausted.add(owner);
            }
        });
        for (Task owner : exhausted) {
            stop(turn, owner.id(), Objects.requireNonNull(exceeded(owner, 0)));
        }
        return exhausted.isEmpty() && !stopCycle(turn, task, agent);
    }

    /**
     * Looks whether {@code count} tasks may come into being below {@code parent}; stops the tree if not.
     *
     * @param planned by the task with the budget, how many of the same submission were looked at before; they are added
     * @throws Refusal naming the budget
     */
    public void checkGrowth(Turn turn, String field, String parent, int count, Map<String, Integer> planned) {
        int depth = 1;
        for (Task above = find.apply(parent); above != null; above = parentOf(above), depth++) {
            Budget budget = above.spec().budget();
            TreeUsage spent = above.spent();
            if (budget == null || spent == null) {
                continue;
            }
            int more = planned.merge(above.id(), count, Integer::sum);
            String exceeded = null;
            if (budget.maxDepth() != null && depth > budget.maxDepth()) {
                exceeded = "its depth of " + budget.maxDepth();
            } else if (budget.maxDescendants() != null && spent.descendants() + more > budget.maxDescendants()) {
                exceeded = "its " + budget.maxDescendants() + " descendants";
            }
            if (exceeded != null) {
                stop(turn, above.id(), exceeded);
                throw Refusal.of(
                        Refusal.Reason.CONFLICT,
                        field,
                        "the budget of task " + above.id() + " is used up: " + exceeded
                                + "; the task and all below it have been stopped");
            }
        }
    }

    /** Ends a task and everything below it, as far as it has not ended. */
    private void end(Turn turn, String id, TaskState state, String cause, Function<Task, String> causeBelow) {
        Deque<String> left = new ArrayDeque<>(List.of(id));
        while (!left.isEmpty()) {
            Task task = turn.state().find(left.remove());
            if (task == null) {
                continue;
            }
            left.addAll(children(task.id()));
            if (!task.state().isTerminal()) {
                boolean top = task.id().equals(id);
                turn.put(Transitions.end(
                        task, top ? state : TaskState.CANCELED, top ? cause : causeBelow.apply(task), turn.now()));
            }
        }
    }

    private void stop(Turn turn, String owner, String exceeded) {
        String cause = "its budget is used up: " + exceeded;
        end(turn, owner, TaskState.FAILED, cause, task -> "the budget of task " + owner + " is used up: " + exceeded);
    }

    /** Agents that hand the same work round and round: a gives to b, b to a, and so on. */
    private boolean stopCycle(Turn turn, Task task, AgentRuntime agent) {
        if (task.spec().parent() == null) {
            return false;
        }
        List<String> agents = new ArrayList<>(List.of(agent.id()));
        List<Task> chain = new ArrayList<>(List.of(task));
        int most = LONGEST_CYCLE * maxCycles;
        for (Task above = parentOf(task); above != null && chain.size() < most; above = parentOf(above)) {
            if (above.attempts().isEmpty()) {
                break;
            }
            agents.add(above.attempts().get(above.attempts().size() - 1).agent());
            chain.add(above);
        }
        for (int period = 2; period <= LONGEST_CYCLE; period++) {
            int length = period * maxCycles;
            if (length <= agents.size() && repeats(agents, period, length)) {
                List<String> round = new ArrayList<>(agents.subList(0, length));
                Collections.reverse(round);
                String cause = "its agents hand the work round and round: " + String.join(" → ", round);
                String top = chain.get(length - 1).id();
                end(turn, top, TaskState.FAILED, cause, below -> "task " + top + " was stopped: " + cause);
                return true;
            }
        }
        return false;
    }

    /** Whether it is below nothing and has no budget of its own: most are, and need no look. */
    private static boolean isAlone(Task task) {
        return task.spec().parent() == null && task.spec().budget() == null;
    }

    private static boolean repeats(List<String> agents, int period, int length) {
        for (int i = 0; i + period < length; i++) {
            if (!agents.get(i).equals(agents.get(i + period))) {
                return false;
            }
        }
        return Set.copyOf(agents.subList(0, period)).size() > 1;
    }

    /**
     * What of its budget a task has used up, or null.
     *
     * @param beyond 1 to ask whether a limit is exceeded, 0 whether nothing is left of it
     */
    private static @Nullable String exceeded(Task owner, int beyond) {
        Budget budget = Objects.requireNonNull(owner.spec().budget());
        TreeUsage spent = Objects.requireNonNull(owner.spent());
        if (budget.maxAttempts() != null && spent.attempts() - beyond >= budget.maxAttempts()) {
            return "its " + budget.maxAttempts() + " attempts";
        }
        if (budget.maxTokens() != null && spent.usage().tokens() - beyond >= budget.maxTokens()) {
            return spent.usage().tokens() + " tokens of " + budget.maxTokens();
        }
        if (budget.maxCostMicros() != null && spent.usage().costMicros() - beyond >= budget.maxCostMicros()) {
            return spent.usage().costMicros() + " millionths of money of " + budget.maxCostMicros();
        }
        return null;
    }

    /** The task, if it has a budget, and every one above that has. */
    private void forBudgets(Task task, Consumer<Task> action) {
        for (Task owner = task; owner != null; owner = parentOf(owner)) {
            if (owner.spec().budget() != null) {
                action.accept(Objects.requireNonNullElse(find.apply(owner.id()), owner));
            }
        }
    }

    private @Nullable Task parentOf(Task task) {
        String parent = task.spec().parent();
        return parent == null ? null : find.apply(parent);
    }

    private static Usage used(Task task) {
        Usage used = Usage.NONE;
        for (Attempt attempt : task.attempts()) {
            used = used.plus(attempt.usage());
        }
        return used;
    }

    private static String timeOf(Task owner) {
        return owner.id() + "/time";
    }
}
