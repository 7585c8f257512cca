// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.plugin.PluginState;
import io.skep.api.plugin.Stage;
import io.skep.api.task.Review;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.core.state.Transitions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Has tasks checked by the {@link Checker} when they could start and when they have brought a result. What waits for a
 * verdict waits here: a task that could start is queued and not known to {@link Routing} yet, one with a result is in
 * review. Used by the engine's thread only.
 */
public final class Checkpoints {
    /** The name under which the checkpoints of plugins are kept, each as a document of the plugin's name. */
    public static final String KEEPER = "core.checkpoints";

    /** Of these documents. */
    public static final int SCHEMA = 1;

    private static final Duration SOONEST = Duration.ofMillis(50);
    private static final Duration LATEST = Duration.ofMinutes(1);

    /** How many tasks that need no check any more are let go in one turn. */
    private static final int LET_GO_AT_ONCE = 10_000;

    private final Routing routing;
    private final Timers timers;
    private final Checker checker;
    private final int rounds;
    private final Questions<Checker.Verdict> before;
    private final Questions<Checker.Verdict> after;
    /** The queued tasks about which nobody had anything to check: that is not written down, and not asked twice. */
    private final Set<String> unchecked = new HashSet<>();
    /** The tasks whose verdict is not known yet, with what is waited for. */
    private final Map<String, String> pending = new HashMap<>();
    /** The tasks that are asked about and whose verdict was known a moment later. */
    private final Set<String> hurried = new HashSet<>();

    Checkpoints(Engine engine, Routing routing, Timers timers, Checker checker) {
        CheckpointSettings settings = engine.settings().checkpoints();
        this.routing = routing;
        this.timers = timers;
        this.checker = checker;
        this.rounds = settings.rounds();
        this.before =
                new Questions<>(engine, settings.calls(), task -> checker.check(Stage.BEFORE, task), this::beforeStart);
        this.after =
                new Questions<>(engine, settings.calls(), task -> checker.check(Stage.AFTER, task), this::ofResult);
    }

    /** The state was read; its tasks come next. */
    void restored(State state) {
        checker.remember(state.shardOfPlugin(KEEPER).documents(KEEPER).values().stream()
                .filter(document -> document.schema() == SCHEMA)
                .map(PluginState.Document::json)
                .toList());
    }

    /** The task could start now. */
    void ready(Task task) {
        Review review = task.review();
        boolean passed = (review != null && review.admitted()) || unchecked.contains(task.id());
        if (passed || !checker.isOn(Stage.BEFORE, task)) {
            routing.ready(task);
        } else {
            before.add(task);
        }
    }

    /** The task, as it was given to {@link #ready}, is not ready any more; it {@code stays} queued or does not. */
    void unready(Task task, boolean stays) {
        if (!stays) {
            unchecked.remove(task.id());
        }
        hurried.remove(task.id());
        if (!before.remove(task) && pending.remove(task.id()) == null) {
            routing.unready(task);
        }
    }

    /** Whether the task's result is to be checked before it counts. */
    public boolean isChecked(Task task) {
        return checker.isOn(Stage.AFTER, task);
    }

    /** The task has brought a result. */
    void review(Task task) {
        after.add(task);
    }

    /** The task, as it was given to {@link #review}, is not in review any more. */
    void reviewed(Task task) {
        after.remove(task);
        pending.remove(task.id());
        hurried.remove(task.id());
    }

    /** What a task waits for here, in words, or null if it does not. */
    public @Nullable String waitsFor(Task task) {
        String reason = pending.get(task.id());
        if (reason != null) {
            return reason;
        }
        return before.contains(task) || after.contains(task) ? "it is being checked" : null;
    }

    /** Asks about the tasks that wait to be checked, as far as there is room. */
    void run(Turn turn) {
        int letGo = 0;
        while (before.hasNext() && letGo < LET_GO_AT_ONCE) {
            Task task = before.next();
            if (checker.isOn(Stage.BEFORE, task)) {
                before.ask(task);
            } else {
                routing.ready(task);
                letGo++;
            }
        }
        if (letGo == LET_GO_AT_ONCE) {
            timers.at(turn.now(), more -> {});
        }
        while (after.hasNext()) {
            after.ask(after.next());
        }
    }

    private void beforeStart(Turn turn, Task task, Checker.Verdict verdict) {
        if (verdict instanceof Checker.Passed passed) {
            if (passed.asked()) {
                turn.admitted(Transitions.admit(task, passed.attachments(), cause("may start", passed.remarks())));
            } else {
                unchecked.add(task.id());
                routing.ready(task);
            }
        } else if (verdict instanceof Checker.Failed failed) {
            String cause = "not to be started: " + String.join("; ", failed.feedback());
            turn.put(Transitions.end(task, TaskState.REJECTED, cause, turn.now()));
        } else if (verdict instanceof Checker.Pending later) {
            pend(turn, task, later);
        }
    }

    private void ofResult(Turn turn, Task task, Checker.Verdict verdict) {
        if (verdict instanceof Checker.Passed passed) {
            turn.put(Transitions.accept(task, cause("completed", passed.remarks()), turn.now()));
        } else if (verdict instanceof Checker.Failed failed) {
            Review review = task.review();
            int sentBack = review == null ? 0 : review.sentBack();
            if (failed.again() && sentBack < rounds) {
                turn.put(Transitions.sendBack(task, failed.feedback(), turn.now()));
            } else {
                String times = sentBack == 0 ? "" : " (after " + sentBack + " were sent back)";
                String cause = "its result is not accepted" + times + ": " + String.join("; ", failed.feedback());
                turn.put(Transitions.end(task, TaskState.FAILED, cause, turn.now()));
            }
        } else if (verdict instanceof Checker.Pending later) {
            pend(turn, task, later);
        }
    }

    private static String cause(String what, List<String> remarks) {
        return remarks.isEmpty() ? what : what + "; " + String.join("; ", remarks);
    }

    private void pend(Turn turn, Task task, Checker.Pending verdict) {
        pending.put(task.id(), verdict.reason());
        if (hurried.remove(task.id())) {
            recheck(task);
            return;
        }
        Duration wait = verdict.retryAfter();
        Duration bounded = wait.compareTo(SOONEST) < 0 ? SOONEST : wait.compareTo(LATEST) > 0 ? LATEST : wait;
        Instant when = turn.now().plus(bounded);
        timers.at(task.id(), when, later -> recheck(later.state().find(task.id())));
    }

    /** Asks again about a task whose verdict was not known, if it still waits for that. */
    public void recheck(@Nullable Task task) {
        if (task == null) {
            return;
        }
        Questions<Checker.Verdict> questions = task.state() == TaskState.IN_REVIEW ? after : before;
        if (pending.remove(task.id()) != null) {
            questions.add(task);
        } else if (questions.contains(task)) {
            hurried.add(task.id());
        }
    }

    /** Says that nothing is known any more; the tasks come again. */
    void reset() {
        routing.reset();
        before.clear();
        after.clear();
        pending.clear();
        hurried.clear();
        unchecked.clear();
    }
}
