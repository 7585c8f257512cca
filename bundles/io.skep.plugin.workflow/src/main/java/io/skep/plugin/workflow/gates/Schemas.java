// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.keyword.RefValidator;
import com.networknt.schema.path.NodePath;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.pattern.Patterns;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * JSON Schema 2020-12. A schema refers only to itself, so that nothing is read from elsewhere; its patterns are of RE2,
 * and following references ends at a deadline, since references that branch can cost more than any result is long.
 */
final class Schemas {
    private static final int MAX_CHARS = 16_384;
    private static final int MOST_ERRORS = 5;
    private static final long PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final String UNTIL = "skep.until";
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final Set<String> FAR = Set.of("$dynamicRef", "$recursiveRef", "$id", "$vocabulary");

    private Schemas() {}

    /**
     * A check of that schema.
     *
     * @throws Declination if it is none that can be used here
     */
    static QuickChecks.Check check(JsonNode schema) {
        String text = schema.toString();
        if (!schema.isObject() || text.length() > MAX_CHARS) {
            throw new Declination("a schema is a JSON object of at most " + MAX_CHARS + " characters");
        }
        refuseFar(schema);
        try {
            Schema compiled = registry().getSchema(text, InputFormat.JSON);
            compiled.initializeValidators();
            return subject -> judge(compiled, subject);
        } catch (SchemaException wrong) {
            throw new Declination("the schema is not valid: " + line(String.valueOf(wrong.getMessage())));
        } catch (StackOverflowError deep) {
            throw new Declination("the schema is too deep");
        }
    }

    /**
     * A look at whether a schema is one, which a gate needs once.
     *
     * @throws Declination that says what is wrong with it
     */
    static void validate(JsonNode schema) {
        List<Error> errors = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of(DIALECT))
                .validate(schema.toString(), InputFormat.JSON);
        if (!errors.isEmpty()) {
            Error first = errors.get(0);
            throw new Declination(
                    "the schema is not valid: " + line(first.getInstanceLocation() + " " + first.getMessage()));
        }
    }

    private static void refuseFar(JsonNode node) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                boolean far = FAR.contains(field.getKey())
                        || (field.getKey().equals("$ref")
                                && !field.getValue().asText().startsWith("#"))
                        || (field.getKey().equals("$schema")
                                && !field.getValue().asText().equals(DIALECT));
                if (far) {
                    throw new Declination("a schema here is of 2020-12 and refers only to itself, so " + field.getKey()
                            + " is not taken");
                }
            }
        }
        node.forEach(Schemas::refuseFar);
    }

    private static SchemaRegistry registry() {
        SchemaRegistryConfig config = SchemaRegistryConfig.builder()
                .regularExpressionFactory(pattern -> {
                    com.google.re2j.Pattern compiled = Patterns.compile(pattern);
                    return text -> Patterns.found(compiled, text);
                })
                .build();
        Dialect dialect = Dialect.builder(Dialects.getDraft202012())
                .keyword(new TimedRef())
                .build();
        return SchemaRegistry.withDialect(dialect, registry -> registry.schemaRegistryConfig(config));
    }

    private static Outcome judge(Schema schema, Subject subject) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        List<Error> errors = schema.validate(
                subject.text(),
                InputFormat.JSON,
                (ExecutionContext context) -> context.getCollectorContext().put(UNTIL, until));
        if (errors.isEmpty()) {
            return Outcome.passed("it fits the schema");
        }
        String more = errors.size() > MOST_ERRORS ? "; and " + (errors.size() - MOST_ERRORS) + " more" : "";
        return Outcome.failed(errors.stream()
                        .limit(MOST_ERRORS)
                        .map(error -> (error.getInstanceLocation() + " " + error.getMessage()).strip())
                        .map(Schemas::line)
                        .collect(Collectors.joining("; "))
                + more);
    }

    private static String line(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > 200 ? line.substring(0, 199) + '…' : line;
    }

    /** A reference that looks at the time. */
    private static final class TimedRef implements Keyword {
        @Override
        public String getValue() {
            return "$ref";
        }

        @Override
        public KeywordValidator newValidator(
                SchemaLocation location, tools.jackson.databind.JsonNode node, Schema parent, SchemaContext context) {
            return new RefValidator(location, node, parent, context) {
                @Override
                public void validate(
                        ExecutionContext execution,
                        tools.jackson.databind.JsonNode instance,
                        tools.jackson.databind.JsonNode root,
                        NodePath path) {
                    Long until = execution.getCollectorContext().get(UNTIL);
                    if (until != null && System.nanoTime() - until > 0) {
                        throw new Patterns.TooLong();
                    }
                    super.validate(execution, instance, root, path);
                }
            };
        }
    }
}
