// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.Refusal;
import io.skep.api.task.Task;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Questions about tasks to somebody outside the engine, so many at once and the highest priority first; the answers are
 * brought back to the engine's thread. Used by the engine's thread only.
 *
 * @param <A> an answer
 */
final class Questions<A> {
    private static final Executor LATER = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

    private final Engine engine;
    private final int calls;
    private final Function<Task, CompletionStage<A>> asking;
    private final Then<A> then;
    private final Waiting waiting = new Waiting();
    /** The tasks that were asked about and still wait for the answer. */
    private final Map<String, Ask> asked = new HashMap<>();
    /** What was asked and has no answer yet, also of tasks that wait no more. */
    private final Set<Ask> underWay = new HashSet<>();

    /** One question; equal to itself only. */
    private static final class Ask {
        private final Task task;

        Ask(Task task) {
            this.task = task;
        }
    }

    /** What follows from an answer. */
    interface Then<A> {
        void answered(Turn turn, Task task, A answer);
    }

    /**
     * Nobody is asked yet.
     *
     * @param calls how many questions may be under way
     * @param asking asks; the stage never fails and completes within bounds, on any thread
     * @param then is given the answer and the task as it stands, if that still waits for it
     */
    Questions(Engine engine, int calls, Function<Task, CompletionStage<A>> asking, Then<A> then) {
        this.engine = engine;
        this.calls = calls;
        this.asking = asking;
        this.then = then;
    }

    void add(Task task) {
        waiting.add(task);
    }

    /** The task waits no longer; whether it did. */
    boolean remove(Task task) {
        return waiting.remove(task) || asked.remove(task.id()) != null;
    }

    boolean contains(Task task) {
        return asked.containsKey(task.id()) || waiting.contains(task);
    }

    /** How many are not even asked about. */
    int waiting() {
        return waiting.size();
    }

    /** The next one to be asked about, taken out as if it had never been in; there must be one. */
    Task next() {
        return waiting.next();
    }

    /** Whether another question may be asked now, and there is one. */
    boolean hasNext() {
        return underWay.size() < calls && waiting.size() > 0;
    }

    /** Asks about a task that was taken out by {@link #next}. */
    void ask(Task task) {
        Ask ask = new Ask(task);
        asked.put(task.id(), ask);
        underWay.add(ask);
        asking.apply(task).thenAccept(answer -> tell(ask, answer));
    }

    /** Brings an answer to the engine's thread; again in a moment while the mailbox is full or the store is. */
    private void tell(Ask ask, A answer) {
        engine.ask(turn -> answered(turn, ask, answer)).whenComplete((done, failure) -> {
            if (failure instanceof Refusal refusal && refusal.reason().isRetryable()) {
                LATER.execute(() -> tell(ask, answer));
            }
        });
    }

    private boolean answered(Turn turn, Ask ask, A answer) {
        // A task that was taken out of the queue meanwhile, or came to it once more, waits for this answer no longer.
        boolean isWanted = underWay.remove(ask) && asked.remove(ask.task.id(), ask);
        if (isWanted) {
            then.answered(turn, turn.state().task(ask.task.id()), answer);
        }
        return isWanted;
    }

    /** Forgets everything. */
    void clear() {
        waiting.clear();
        asked.clear();
        underWay.clear();
    }
}
