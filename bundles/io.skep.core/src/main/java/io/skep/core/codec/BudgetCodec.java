// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.skep.api.task.Budget;
import io.skep.api.task.TreeUsage;
import io.skep.api.task.Usage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Budgets and what was used of them, as JSON. */
final class BudgetCodec {
    private BudgetCodec() {}

    static void write(JsonGenerator out, Budget budget) throws IOException {
        out.writeStartObject();
        number(out, "maxAttempts", budget.maxAttempts());
        Json.millis(out, "maxMillis", budget.maxTime());
        number(out, "maxTokens", budget.maxTokens());
        number(out, "maxCostMicros", budget.maxCostMicros());
        number(out, "maxDepth", budget.maxDepth());
        number(out, "maxDescendants", budget.maxDescendants());
        out.writeEndObject();
    }

    static Budget budget(JsonParser in) throws IOException {
        BudgetDraft draft = new BudgetDraft();
        Json.object(in, draft::read);
        return new Budget(draft.attempts, draft.time, draft.tokens, draft.costMicros, draft.depth, draft.descendants);
    }

    static void write(JsonGenerator out, TreeUsage spent) throws IOException {
        out.writeStartObject();
        out.writeNumberField("attempts", spent.attempts());
        out.writeNumberField("descendants", spent.descendants());
        members(out, spent.usage());
        Json.instant(out, "startedAt", spent.startedAt());
        out.writeEndObject();
    }

    static TreeUsage spent(JsonParser in) throws IOException {
        SpentDraft draft = new SpentDraft();
        Json.object(in, draft::read);
        return new TreeUsage(
                draft.attempts, draft.descendants, new Usage(draft.tokens, draft.costMicros), draft.startedAt);
    }

    /** As members of the object that is being written; nothing used is left out. */
    static void members(JsonGenerator out, Usage usage) throws IOException {
        if (usage.tokens() != 0) {
            out.writeNumberField("tokens", usage.tokens());
        }
        if (usage.costMicros() != 0) {
            out.writeNumberField("costMicros", usage.costMicros());
        }
    }

    private static void number(JsonGenerator out, String name, @Nullable Number value) throws IOException {
        if (value != null) {
            out.writeNumberField(name, value.longValue());
        }
    }

    private static final class BudgetDraft {
        private @Nullable Integer attempts;
        private @Nullable Duration time;
        private @Nullable Long tokens;
        private @Nullable Long costMicros;
        private @Nullable Integer depth;
        private @Nullable Integer descendants;

        void read(String name, JsonParser in) throws IOException {
            switch (name) {
                case "maxAttempts" -> attempts = in.getIntValue();
                case "maxMillis" -> time = Json.millis(in);
                case "maxTokens" -> tokens = in.getLongValue();
                case "maxCostMicros" -> costMicros = in.getLongValue();
                case "maxDepth" -> depth = in.getIntValue();
                case "maxDescendants" -> descendants = in.getIntValue();
                default -> {}
            }
        }
    }

    private static final class SpentDraft {
        private int attempts;
        private int descendants;
        private long tokens;
        private long costMicros;
        private @Nullable Instant startedAt;

        void read(String name, JsonParser in) throws IOException {
            switch (name) {
                case "attempts" -> attempts = in.getIntValue();
                case "descendants" -> descendants = in.getIntValue();
                case "tokens" -> tokens = in.getLongValue();
                case "costMicros" -> costMicros = in.getLongValue();
                case "startedAt" -> startedAt = Json.instant(in);
                default -> {}
            }
        }
    }
}
