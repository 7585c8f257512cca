// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.task.Budget;
import io.skep.api.task.TreeUsage;
import io.skep.api.task.Usage;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads and writes budgets and what was used of them. */
final class BudgetJson {
    private BudgetJson() {}

    static @Nullable Budget read(JsonInput in) throws IOException {
        if (in.isNull()) {
            return null;
        }
        var draft = new Object() {
            @Nullable
            Integer attempts;

            @Nullable
            Duration time;

            @Nullable
            Long tokens;

            @Nullable
            Long costMicros;

            @Nullable
            Integer depth;

            @Nullable
            Integer descendants;
        };
        in.object(member -> {
            switch (member) {
                case "maxAttempts" -> draft.attempts = in.integer();
                case "maxMillis" -> draft.time = in.millis();
                case "maxTokens" -> draft.tokens = in.whole();
                case "maxCostMicros" -> draft.costMicros = in.whole();
                case "maxDepth" -> draft.depth = in.integer();
                case "maxDescendants" -> draft.descendants = in.integer();
                default -> throw in.unknown();
            }
        });
        return new Budget(draft.attempts, draft.time, draft.tokens, draft.costMicros, draft.depth, draft.descendants);
    }

    static @Nullable Usage usage(JsonInput in) throws IOException {
        if (in.isNull()) {
            return null;
        }
        long[] values = new long[2];
        in.object(member -> {
            switch (member) {
                case "tokens" -> values[0] = amount(in);
                case "costMicros" -> values[1] = amount(in);
                default -> throw in.unknown();
            }
        });
        return new Usage(values[0], values[1]);
    }

    private static long amount(JsonInput in) throws IOException {
        Long value = in.whole();
        if (value != null && value < 0) {
            throw in.invalid("must be at least 0");
        }
        return value == null ? 0 : value;
    }

    static void write(JsonGenerator json, Budget budget) throws IOException {
        json.writeStartObject();
        number(json, "maxAttempts", budget.maxAttempts());
        number(
                json,
                "maxMillis",
                budget.maxTime() == null ? null : budget.maxTime().toMillis());
        number(json, "maxTokens", budget.maxTokens());
        number(json, "maxCostMicros", budget.maxCostMicros());
        number(json, "maxDepth", budget.maxDepth());
        number(json, "maxDescendants", budget.maxDescendants());
        json.writeEndObject();
    }

    static void write(JsonGenerator json, TreeUsage spent) throws IOException {
        json.writeStartObject();
        json.writeNumberField("attempts", spent.attempts());
        json.writeNumberField("descendants", spent.descendants());
        members(json, spent.usage());
        if (spent.startedAt() != null) {
            json.writeStringField("startedAt", Json.text(spent.startedAt()));
        }
        json.writeEndObject();
    }

    static void write(JsonGenerator json, Usage usage) throws IOException {
        json.writeStartObject();
        members(json, usage);
        json.writeEndObject();
    }

    private static void members(JsonGenerator json, Usage usage) throws IOException {
        json.writeNumberField("tokens", usage.tokens());
        json.writeNumberField("costMicros", usage.costMicros());
    }

    private static void number(JsonGenerator json, String name, @Nullable Number value) throws IOException {
        if (value != null) {
            json.writeNumberField(name, value.longValue());
        }
    }
}
