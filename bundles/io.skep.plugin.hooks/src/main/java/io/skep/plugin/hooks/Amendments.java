// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.pattern.Patterns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What hooks may add to tasks, by JSON Schema 2020-12 without references, so that judging takes bounded time. */
final class Amendments {
    private static final int MAX_CHARS = 16_384;
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private Amendments() {}

    /**
     * A look at whether it is a schema that can be used here.
     *
     * @throws Declination that says what is wrong with it
     */
    static void check(JsonNode schema) {
        if (!schema.isObject() || schema.toString().length() > MAX_CHARS) {
            throw new Declination("field \"amend\" must be a JSON Schema of at most " + MAX_CHARS + " characters");
        }
        for (String far : List.of("$ref", "$dynamicRef", "$recursiveRef", "$id", "$vocabulary", "$schema")) {
            if (schema.findValue(far) != null) {
                throw new Declination("field \"amend\": a schema here refers to nothing, so " + far + " is not taken");
            }
        }
        List<Error> errors = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of(DIALECT))
                .validate(schema.toString(), InputFormat.JSON);
        if (!errors.isEmpty()) {
            throw new Declination("field \"amend\": the schema is not valid: " + line(errors.get(0)));
        }
        compile(schema);
    }

    private static Schema compile(JsonNode schema) {
        SchemaRegistryConfig config = SchemaRegistryConfig.builder()
                .regularExpressionFactory(pattern -> {
                    com.google.re2j.Pattern compiled = Patterns.compile(pattern);
                    return text -> Patterns.found(compiled, text);
                })
                .build();
        try {
            Schema compiled = SchemaRegistry.withDefaultDialect(
                            SpecificationVersion.DRAFT_2020_12, registry -> registry.schemaRegistryConfig(config))
                    .getSchema(schema.toString(), InputFormat.JSON);
            compiled.initializeValidators();
            return compiled;
        } catch (SchemaException wrong) {
            throw new Declination("field \"amend\": the schema is not valid: "
                    + EventNames.shown(String.valueOf(wrong.getMessage())));
        }
    }

    /** Why something may not be added, in words; null if it may. */
    static @Nullable String misfit(@Nullable JsonNode schema, JsonNode value) {
        if (schema == null) {
            return "it has no schema of what it may add";
        }
        try {
            List<Error> errors = compile(schema).validate(value.toString(), InputFormat.JSON);
            return errors.isEmpty() ? null : line(errors.get(0));
        } catch (Patterns.TooLong tooLong) {
            return "it takes too long to see whether it fits its schema";
        }
    }

    private static String line(Error error) {
        return EventNames.shown(error.getInstanceLocation() + " " + error.getMessage());
    }
}
