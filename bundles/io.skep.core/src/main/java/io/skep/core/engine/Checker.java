// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.plugin.Stage;
import io.skep.api.task.Task;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Who says whether a task may start, and whether a result counts. Thread-safe. */
public interface Checker {
    /** Nobody: everything passes. */
    Checker NONE = new Checker() {
        @Override
        public boolean isOn(Stage stage, Task task) {
            return false;
        }

        @Override
        public CompletionStage<Verdict> check(Stage stage, Task task) {
            return CompletableFuture.completedFuture(Passed.UNASKED);
        }
    };

    /** Whether the task is to be checked. Answers at once. */
    boolean isOn(Stage stage, Task task);

    /** What was wanted when the server last worked, before the tasks of then come; JSON texts as they were kept. */
    default void remember(Collection<String> kept) {}

    /** Checks a task. Returns at once; the stage never fails, and completes within bounds. */
    CompletionStage<Verdict> check(Stage stage, Task task);

    /** How a check ended. */
    sealed interface Verdict {}

    /**
     * The task may go on.
     *
     * @param asked whether anybody had something to check; if not, it is as if it had never been checked
     * @param attachments what its agents are to be given with it, JSON texts by name
     * @param remarks what is to be said of it, for instance who gave no answer
     */
    record Passed(boolean asked, Map<String, String> attachments, List<String> remarks) implements Verdict {
        /** Nobody had anything to check. */
        public static final Passed UNASKED = new Passed(false, Map.of(), List.of());

        public Passed {
            attachments = Map.copyOf(attachments);
            remarks = List.copyOf(remarks);
        }
    }

    /**
     * It may not.
     *
     * @param feedback what is wrong, at least one line
     * @param again whether another attempt may do better
     */
    record Failed(List<String> feedback, boolean again) implements Verdict {
        public Failed {
            feedback = List.copyOf(feedback);
        }
    }

    /**
     * That is not known yet.
     *
     * @param reason what is waited for, in words
     * @param retryAfter when to ask again
     */
    record Pending(String reason, Duration retryAfter) implements Verdict {}
}
