// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers of the operations; what is null is left out. */
final class Answers {
    private Answers() {}

    /** What core is told at a checkpoint. */
    record Verdict(
            String verdict,
            @Nullable Attachment attachment,
            @Nullable String feedback,
            @Nullable Boolean again,
            @Nullable String reason,
            @Nullable Long retryAfterMillis) {
        static final String PENDING = "pending";
        static final Verdict NONE = new Verdict("none", null, null, null, null, null);
        static final Verdict PASS = new Verdict("pass", null, null, null, null, null);

        static Verdict pass(Attachment attachment) {
            return new Verdict("pass", attachment, null, null, null, null);
        }

        static Verdict fail(String feedback, boolean again) {
            return new Verdict("fail", null, feedback, again, null, null);
        }

        static Verdict pending(String reason, long retryAfterMillis) {
            return new Verdict(PENDING, null, null, null, reason, retryAfterMillis);
        }
    }

    /** For the agents of a task. */
    record Attachment(String name, JsonNode value) {}

    /** A hook was added or removed. */
    record Changed(String name) {}

    /**
     * A hook.
     *
     * @param source the file that it is in, or {@code added}
     * @param mode in which it is used
     * @param demoted to what and why, or null
     * @param position where it stands in the events, or null for one that is before something or does not run
     * @param lag how many events it is behind
     * @param trouble what keeps it from going on, or null
     */
    record Row(
            String name,
            String source,
            boolean enabled,
            String mode,
            Budgets.@Nullable Demotion demoted,
            @Nullable Place position,
            long lag,
            @Nullable String trouble,
            HookSpec hook) {}

    /** The hooks, what of the files is no good, and the events that hooks can be on. */
    record Hooks(List<Row> hooks, List<HookFiles.Bad> bad, List<EventNames.Name> events) {}

    /** How a trial ended; {@code outcome} is {@code pending} if it goes on. */
    record Tried(String outcome, String reason, @Nullable JsonNode amend, double millis) {}

    /** Deliveries, newest first. */
    record Deliveries(List<Runner.Delivery> deliveries) {}

    /** Dead letters. */
    record Letters(int total, List<io.skep.plugin.hooks.Letters.Letter> letters) {}

    /**
     * What became of letters that were replayed.
     *
     * @param delivered and so removed
     * @param failed and still there
     * @param pending not known yet; those that are delivered are removed when they are
     */
    record Replayed(int delivered, int failed, int pending) {}

    /** How many were removed. */
    record Discarded(int discarded) {}

    /**
     * What one thing costs.
     *
     * @param name {@code hook:NAME} or {@code operation:NAME}
     * @param overBudget by how much, or null
     */
    record Costing(
            String name,
            Cost.Figures figures,
            Cost.@Nullable Regression regression,
            @Nullable String overBudget,
            Budgets.@Nullable Demotion demoted) {}

    /** What hooks and operations cost, and what hooks may cost. */
    record Figures(double budgetP95Millis, double budgetMeanMillis, String policy, List<Costing> costs) {}

    /** An operation has begun. */
    record Started(String id) {}

    /** It has ended. */
    record Ended(String name, double millis) {}
}
