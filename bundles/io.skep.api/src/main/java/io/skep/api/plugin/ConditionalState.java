// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import io.skep.api.plugin.PluginState.Document;
import io.skep.api.task.Task;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Durable documents of a plugin that several of its generations change at once: one that is tried, one that serves and one
 * that ends its last calls see the same, and each change is made only if what it was made from is still so. They are the
 * documents of {@link PluginState}, with the same limits, but for the copy that a generation on trial has there; a key
 * is used through one of the two only. Changes made here do not count in {@link PluginState#revision()}. Thread-safe; reads
 * answer from memory and may be moments ahead of the log. An empty change is answered when everything that could be
 * read before it is durable.
 */
@ProviderType
public interface ConditionalState {
    /** The document of a key. */
    Optional<Document> get(String key);

    /** The documents whose keys begin so, in the order of their keys. */
    SortedMap<String, Document> startingWith(String prefix);

    /**
     * Makes a change, all of it or nothing.
     *
     * @return completes when the outcome, and everything decided before it, is durable; ends with a {@link
     *     io.skep.api.Refusal} when a document is too large, there are too many, this generation no longer serves, or what is
     *     to be delegated cannot be: there is no such task or agent, the task does not wait for an agent, the agent is not
     *     active or lacks a skill
     */
    CompletionStage<Outcome> change(StateChange change);

    /** How a change ended. */
    enum Ending {
        /** It is made. */
        DONE,
        /** A document is not what was expected; nothing changed. */
        CONFLICT,
        /** The task has been delegated before; nothing changed. */
        DELEGATED
    }

    /**
     * What became of a change.
     *
     * @param ending how it ended
     * @param task the task that was, or is, delegated, as it stands then; its {@link Task#selection()} says to whom. Null if
     *     none was to be, and for a conflict
     */
    record Outcome(Ending ending, @Nullable Task task) {
        public Outcome {
            Objects.requireNonNull(ending);
        }
    }
}
