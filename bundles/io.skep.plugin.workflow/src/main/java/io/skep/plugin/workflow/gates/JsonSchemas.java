// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.base.Declination;
import org.jspecify.annotations.Nullable;

/** JSON Schema as gates take it, for others: it refers only to itself, and judging ends in bounded time. */
public final class JsonSchemas {
    private JsonSchemas() {}

    /**
     * A look at whether it is a schema that can be used here; takes a while.
     *
     * @throws Declination that says what is wrong with it
     */
    public static void validate(JsonNode schema) {
        Schemas.check(schema);
        Schemas.validate(schema);
    }

    /** Why a value does not fit a schema, in words; null if it does. */
    public static @Nullable String misfit(JsonNode schema, JsonNode value) {
        Outcome outcome = QuickChecks.bounded(Schemas.check(schema)).judge(Subject.of(value));
        return outcome.state().equals(CheckRun.PASSED) ? null : outcome.detail();
    }
}
