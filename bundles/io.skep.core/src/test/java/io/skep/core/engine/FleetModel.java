// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.task.Assignment;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Budget;
import io.skep.api.task.Submitted;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.state.Shard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What the server has acknowledged, and what must hold because of it after every step. All tasks stay in memory. */
final class FleetModel {
    private final EngineHarness h;
    private final Map<String, Known> known = new HashMap<>();
    private final Map<String, String> idsByKey = new HashMap<>();
    private final List<String> ids = new ArrayList<>();
    /** By task, tokens that were durable when the server was killed, and that nobody was told of. */
    private final Map<String, Long> orphans = new HashMap<>();

    private final List<AssertionError> broken = new ArrayList<>();
    private int completed;
    private int refused;

    /** What was acknowledged about one task. */
    private static final class Known {
        boolean submitted;
        boolean canceled;
        long lastToken;
        long completedBy;

        @Nullable
        String result;
    }

    FleetModel(EngineHarness h) {
        this.h = h;
    }

    /** The tasks that were acknowledged, oldest first. */
    List<String> ids() {
        return ids;
    }

    int completed() {
        return completed;
    }

    /** Words about attempts that were refused as fenced. */
    int refused() {
        return refused;
    }

    /** The answer, as the server gives it; anything but a refusal or an answer is a defect. */
    <T> void when(CompletionStage<T> stage, BiConsumer<@Nullable T, @Nullable Refusal> then) {
        stage.whenComplete((value, failure) -> {
            try {
                Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                if (cause != null && !(cause instanceof Refusal)) {
                    throw new AssertionError("neither an answer nor a refusal", cause);
                }
                Refusal refusal = (Refusal) cause;
                refused += refusal != null && refusal.reason() == Refusal.Reason.FENCED ? 1 : 0;
                then.accept(value, refusal);
            } catch (AssertionError error) {
                broken.add(error);
            }
        });
    }

    private Known of(String task) {
        return known.computeIfAbsent(task, id -> new Known());
    }

    void submitted(String key, Submitted answer) {
        String id = answer.task().id();
        String before = idsByKey.putIfAbsent(key, id);
        assertThat(id).as("the task of key %s", key).isEqualTo(before == null ? id : before);
        if (!of(id).submitted) {
            of(id).submitted = true;
            ids.add(id);
        }
    }

    /** Tokens grow strictly from one hand to the next. */
    void assigned(Assignment assignment) {
        Task task = assignment.task();
        Known it = of(task.id());
        assertThat(task.token()).as("the token of %s", task).isGreaterThan(it.lastToken);
        it.lastToken = task.token();
    }

    /** A completion was accepted: of one attempt only, and with the result that was accepted first. */
    void completed(AttemptRef ref, Task answer) {
        Known it = of(ref.task());
        assertThat(it.completedBy).as("who completed %s", answer).isIn(0L, ref.token());
        assertThat(answer.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(answer.attempts().get((int) ref.token() - 1).agent())
                .as("whose attempt it was")
                .isEqualTo(ref.agent());
        if (it.completedBy == 0) {
            it.result = answer.result();
            completed++;
        }
        assertThat(answer.result()).as("%s", answer).isEqualTo(it.result);
        it.completedBy = ref.token();
    }

    void canceled(String task) {
        of(task).canceled = true;
    }

    /**
     * The server was killed and began again. A part of a turn may have become durable: an attempt, of which its agent was
     * not told, but not the end of the one before, which was not acknowledged. Then the agent holds one too many in the
     * books, until the lease of what it does not know of runs out.
     */
    void restarted() {
        for (Shard shard : h.engine().state().shards()) {
            for (Task task : shard.tasks()) {
                if (task.state().isHeld() && task.token() > lastToken(task)) {
                    orphans.put(task.id(), task.token());
                }
            }
        }
    }

    private long lastToken(Task task) {
        Known it = known.get(task.id());
        return it == null ? 0 : it.lastToken;
    }

    /** Tasks that have not ended, with the reasons for that. */
    List<String> live() {
        return h.engine().state().shards().stream()
                .flatMap(shard -> shard.tasks().stream())
                .filter(task -> !task.state().isTerminal())
                .limit(5)
                .map(task -> task + " since " + h.get(h.tasks().why(task.id())).reasons())
                .toList();
    }

    /** What must hold after every step. */
    void check() {
        if (!broken.isEmpty()) {
            throw broken.get(0);
        }
        Map<String, Task> tasks = new HashMap<>();
        Map<String, Integer> held = new HashMap<>();
        Map<String, Integer> untold = new HashMap<>();
        for (Shard shard : h.engine().state().shards()) {
            int live = 0;
            for (Task task : shard.tasks()) {
                tasks.put(task.id(), task);
                checkAttempts(task);
                live += task.state().isTerminal() ? 0 : 1;
                if (task.state().isHeld()) {
                    String agent =
                            task.attempts().get(task.attempts().size() - 1).agent();
                    held.merge(agent, 1, Integer::sum);
                    untold.merge(agent, orphans.getOrDefault(task.id(), 0L) == task.token() ? 1 : 0, Integer::sum);
                }
            }
            require(shard.liveCount() == live, "live tasks of shard", shard.number());
        }
        known.forEach((id, it) -> checkKnown(id, it, tasks.get(id)));
        checkSlots(held, untold);
        checkBudgets(tasks);
    }

    /** Cheaper than an assertion with a description, of which there are millions. */
    private static void require(boolean holds, String what, Object of) {
        if (!holds) {
            throw new AssertionError(what + ": " + of);
        }
    }

    private static void checkAttempts(Task task) {
        List<Attempt> attempts = task.attempts();
        for (int i = 0; i < attempts.size(); i++) {
            boolean current = i == attempts.size() - 1 && task.state().isHeld();
            require(attempts.get(i).token() == i + 1, "tokens in order", task);
            require((attempts.get(i).end() == null) == current, "one attempt at most goes on", task);
        }
    }

    private static void checkKnown(String id, Known it, @Nullable Task task) {
        if (task == null) {
            throw new AssertionError("lost " + id);
        }
        require(task.token() >= it.lastToken, "a token that was given is known", task);
        if (it.completedBy != 0) {
            require(task.state() == TaskState.COMPLETED, "completed for ever", task);
            require(task.token() == it.completedBy, "one completion is accepted", task);
            require(String.valueOf(it.result).equals(String.valueOf(task.result())), "the result stays", task);
        }
        require(!it.canceled || task.state().isTerminal(), "canceled for ever", task);
    }

    /** The load of every agent is the leases that it holds, and never more than its slots. */
    private void checkSlots(Map<String, Integer> held, Map<String, Integer> untold) {
        int counted = 0;
        for (AgentRuntime agent : h.engine().agents().all()) {
            int its = held.getOrDefault(agent.id(), 0);
            counted += its;
            require(agent.used() == its, "load is leases", agent.view());
            int given = agent.used() - untold.getOrDefault(agent.id(), 0);
            require(given <= agent.slots(), "slots are not over-committed", agent.view());
        }
        require(counted == held.values().stream().mapToInt(Integer::intValue).sum(), "leases of agents", held);
    }

    private record Spent(int attempts, int descendants, long tokens, int live) {
        Spent plus(Task task, boolean isBelow) {
            long more = task.attempts().stream()
                    .mapToLong(attempt -> attempt.usage().tokens())
                    .sum();
            return new Spent(
                    attempts + task.attempts().size(),
                    descendants + (isBelow ? 1 : 0),
                    tokens + more,
                    live + (task.state().isTerminal() ? 0 : 1));
        }
    }

    private static void checkBudgets(Map<String, Task> tasks) {
        Map<String, Spent> spent = new HashMap<>();
        for (Task task : tasks.values()) {
            for (Task above = task; above != null; above = above(tasks, above)) {
                if (above.spec().budget() != null) {
                    boolean isBelow = !above.id().equals(task.id());
                    spent.merge(
                            above.id(),
                            new Spent(0, 0, 0, 0).plus(task, isBelow),
                            (one, other) -> one.plus(task, isBelow));
                }
            }
        }
        spent.forEach((id, its) -> checkBudget(tasks.get(id), its));
    }

    private static @Nullable Task above(Map<String, Task> tasks, Task task) {
        String parent = task.spec().parent();
        return parent == null ? null : tasks.get(parent);
    }

    private static void checkBudget(Task owner, Spent its) {
        Budget budget = owner.spec().budget();
        String what = owner + " has spent " + its;
        require(budget.maxAttempts() == null || its.attempts() <= budget.maxAttempts(), "attempts of a budget", what);
        require(
                budget.maxDescendants() == null || its.descendants() <= budget.maxDescendants(),
                "descendants of a budget",
                what);
        boolean isOver = budget.maxTokens() != null && its.tokens() > budget.maxTokens();
        require(!isOver || its.live() == 0, "a tree that has used up its tokens has ended", what);
        require(
                owner.spent() != null
                        && owner.spent().attempts() == its.attempts()
                        && owner.spent().descendants() == its.descendants()
                        && owner.spent().usage().tokens() == its.tokens(),
                "what is counted is what was used",
                what);
    }

    /** With all that came about, in words: the same for the same seed. */
    String summary() {
        StringBuilder all = new StringBuilder();
        for (String id : ids) {
            Task task = h.engine().state().task(id);
            all.append(task.state()).append(task.token()).append(task.result()).append(task.since());
        }
        return ids.size() + " tasks, " + completed + " completed, " + refused + " words refused, "
                + Integer.toHexString(all.toString().hashCode());
    }
}
