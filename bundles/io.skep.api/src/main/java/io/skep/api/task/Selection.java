// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which agent a queued task is for, and why: by the capability {@code semantic_routing}, or by a person. Kept with the
 * task until it is queued again. Immutable.
 *
 * @param agent the id, or null for none in particular
 * @param held whether it waits because no agent fits; then {@code agent} is null
 * @param decision the id of the decision as the plugin knows it, or null if there was none
 * @param choices the best agents that were considered, best first, at most {@value #MAX_CHOICES}
 * @param reasons sentences, the decisive one first, at most {@value #MAX_REASONS} of at most {@value #MAX_REASON}
 *     characters; longer ones are cut
 * @param at when
 * @param delegated whether it was delegated ({@link io.skep.api.plugin.StateChange.Delegation}), which nobody does again
 */
public record Selection(
        @Nullable String agent,
        boolean held,
        @Nullable String decision,
        List<Choice> choices,
        List<String> reasons,
        Instant at,
        boolean delegated) {
    /** How many agents are remembered. */
    public static final int MAX_CHOICES = 5;

    /** How many sentences are remembered. */
    public static final int MAX_REASONS = 8;

    /** The longest sentence in characters. */
    public static final int MAX_REASON = 500;

    /**
     * An agent that was considered.
     *
     * @param agent its id
     * @param probability that it succeeds, 0 to 1
     */
    public record Choice(String agent, double probability) {
        public Choice {
            Objects.requireNonNull(agent);
        }
    }

    public Selection {
        Objects.requireNonNull(at);
        if (held && agent != null) {
            throw new IllegalArgumentException("what has an agent is not held");
        }
        choices = choices.stream().limit(MAX_CHOICES).toList();
        reasons = reasons.stream()
                .limit(MAX_REASONS)
                .map(reason -> reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason)
                .toList();
    }

    /** One that was not delegated. */
    public Selection(
            @Nullable String agent,
            boolean held,
            @Nullable String decision,
            List<Choice> choices,
            List<String> reasons,
            Instant at) {
        this(agent, held, decision, choices, reasons, at, false);
    }

    /** The same choices, and another one of them. */
    public Selection moved(@Nullable String to, String reason, Instant when) {
        return new Selection(to, false, decision, choices, List.of(reason), when);
    }
}
