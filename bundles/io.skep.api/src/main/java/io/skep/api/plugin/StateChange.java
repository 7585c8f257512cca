// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import io.skep.api.Refusal;
import io.skep.api.plugin.PluginState.Document;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change of documents that is made as a whole or not at all, see {@link ConditionalState}. Immutable.
 *
 * @param expected what the documents of these keys must be; empty for none of that key
 * @param written what they become; empty to remove them
 * @param delegation a task that is given to an agent by the same change, or null
 */
public record StateChange(
        Map<String, Optional<Document>> expected,
        Map<String, Optional<Document>> written,
        @Nullable Delegation delegation) {
    /** The most keys of each kind. */
    public static final int MAX_KEYS = 1000;

    /**
     * A task that waits for an agent and is to be for this one, if nobody has delegated it since it was queued last. It
     * starts when the agent has a free slot; if the agent goes before that, it is for anybody again.
     *
     * @param task its id
     * @param agent the id of the agent
     * @param reason in words, for instance by whom
     */
    public record Delegation(String task, String agent, String reason) {
        public Delegation {
            Objects.requireNonNull(task);
            Objects.requireNonNull(agent);
            Objects.requireNonNull(reason);
        }
    }

    /**
     * Checks.
     *
     * @throws Refusal if there are too many keys
     */
    public StateChange {
        expected = Map.copyOf(expected);
        written = Map.copyOf(written);
        if (expected.size() > MAX_KEYS || written.size() > MAX_KEYS) {
            throw Refusal.of(Refusal.Reason.TOO_LARGE, "a change has at most " + MAX_KEYS + " keys");
        }
    }

    /** A change without a task. */
    public StateChange(Map<String, Optional<Document>> expected, Map<String, Optional<Document>> written) {
        this(expected, written, null);
    }
}
