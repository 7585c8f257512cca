// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Who says which agents are the best for a task. Thread-safe. */
public interface Router {
    /** Nobody: every agent with the skills is as good as any other. */
    Router NONE = new Router() {
        @Override
        public boolean isOn(Task task) {
            return false;
        }

        @Override
        public CompletionStage<Verdict> rank(Task task, @Nullable List<String> candidates) {
            return CompletableFuture.completedFuture(new Silent("nobody ranks agents", false));
        }
    };

    /** Whether the task is to be ranked. Answers at once. */
    boolean isOn(Task task);

    /**
     * Ranks agents for a task. Returns at once; the stage never fails, and completes within bounds.
     *
     * @param candidates ids of the agents to choose from, or null for every active one that has the skills
     */
    CompletionStage<Verdict> rank(Task task, @Nullable List<String> candidates);

    /** How a ranking ended. */
    sealed interface Verdict {}

    /**
     * There are agents that fit.
     *
     * @param decision the id of the decision
     * @param choices the chosen one first, then the others, the best first; at least one
     * @param alike for agents among the choices others that say the same of themselves, and are as good
     * @param reasons in words
     */
    record Ranked(
            String decision, List<Selection.Choice> choices, Map<String, List<String>> alike, List<String> reasons)
            implements Verdict {
        /** Each choice is the only one of its kind. */
        public Ranked(String decision, List<Selection.Choice> choices, List<String> reasons) {
            this(decision, choices, Map.of(), reasons);
        }

        public Ranked {
            choices = List.copyOf(choices);
            alike = Map.copyOf(alike);
            reasons = List.copyOf(reasons);
            if (choices.isEmpty()) {
                throw new IllegalArgumentException("nobody is ranked");
            }
        }
    }

    /**
     * No agent fits.
     *
     * @param decision the id of the decision
     * @param policy what is to become of the task
     * @param choices the best of those that do not fit
     * @param alike as in {@link Ranked}
     * @param reasons in words
     */
    record NobodyFits(
            String decision,
            Policy policy,
            List<Selection.Choice> choices,
            Map<String, List<String>> alike,
            List<String> reasons)
            implements Verdict {
        /** Each choice is the only one of its kind. */
        public NobodyFits(String decision, Policy policy, List<Selection.Choice> choices, List<String> reasons) {
            this(decision, policy, choices, Map.of(), reasons);
        }

        public NobodyFits {
            choices = List.copyOf(choices);
            alike = Map.copyOf(alike);
            reasons = List.copyOf(reasons);
        }
    }

    /** What is to become of a task that no agent fits. */
    enum Policy {
        /** It ends as rejected. */
        REJECT,
        /** It waits until an agent comes that fits, or somebody says which it is for. */
        HOLD,
        /** It goes to the one that comes closest all the same. */
        BEST
    }

    /**
     * Nothing came of it.
     *
     * @param reason in words
     * @param isFault whether that is worth a word in the events; false if nobody was to be asked
     */
    record Silent(String reason, boolean isFault) implements Verdict {}
}
