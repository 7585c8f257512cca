// SPDX-License-Identifier: Apache-2.0
package io.skep.reference;

import static io.skep.reference.Markdown.literal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.StreamSupport;

/** The HTTP interface, from the contract that the server itself serves. */
final class HttpPage {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

    private final JsonNode contract;
    private final Markdown page = new Markdown(
            "HTTP",
            "The contract itself is `GET /api/v1/openapi.json` (OpenAPI 3.1); [docs/http.md](../http.md) is the short way in.");

    private HttpPage(JsonNode contract) {
        this.contract = contract;
    }

    static String write() {
        try {
            return new HttpPage(JsonMapper.builder()
                            .build()
                            .readTree(Code.read(
                                    Code.BUNDLES.resolve("io.skep.http/src/main/resources/io/skep/http/openapi.json"))))
                    .text();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String text() {
        page.paragraph(contract.at("/info/description").asText());
        contract.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(call -> {
                    if (METHODS.contains(call.getKey())) {
                        call(call.getKey(), path.getKey(), path.getValue(), call.getValue());
                    }
                }));
        page.heading(2, "Schemas");
        contract.at("/components/schemas").properties().forEach(its -> schema(its.getKey(), its.getValue()));
        return page.toString();
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? contract.at(node.path("$ref").asText().substring(1)) : node;
    }

    private void call(String method, String path, JsonNode shared, JsonNode call) {
        page.heading(2, method.toUpperCase(Locale.ROOT) + " `" + path + '`');
        page.paragraph(
                call.path("summary").asText() + ". " + call.path("description").asText());
        List<List<String>> parameters = new ArrayList<>();
        for (JsonNode several : List.of(shared.path("parameters"), call.path("parameters"))) {
            for (JsonNode reference : several) {
                JsonNode parameter = resolved(reference);
                parameters.add(List.of(
                        literal(parameter.path("name").asText()),
                        parameter.path("in").asText()
                                + (parameter.path("required").asBoolean() ? ", required" : ""),
                        type(parameter.path("schema")),
                        parameter.path("description").asText()));
            }
        }
        page.table(List.of("parameter", "in", "type", "meaning"), parameters);
        List<String> bodies = new ArrayList<>();
        call.at("/requestBody/content")
                .properties()
                .forEach(body -> bodies.add(
                        literal(body.getKey()) + ": " + type(body.getValue().path("schema"))));
        if (!bodies.isEmpty()) {
            page.paragraph("Body: " + String.join("; ", bodies) + ".");
        }
        List<List<String>> answers = new ArrayList<>();
        call.path("responses").properties().forEach(answer -> {
            JsonNode its = resolved(answer.getValue());
            List<String> types = new ArrayList<>();
            its.path("content").forEach(content -> types.add(type(content.path("schema"))));
            answers.add(List.of(
                    answer.getKey(),
                    String.join(", ", types),
                    its.path("description").asText()));
        });
        page.table(List.of("status", "body", "meaning"), answers);
    }

    private void schema(String name, JsonNode schema) {
        page.heading(3, name).paragraph(schema.path("description").asText());
        if (!schema.has("properties")) {
            page.paragraph(type(schema));
            return;
        }
        List<String> required = texts(schema.path("required"));
        List<List<String>> rows = new ArrayList<>();
        schema.path("properties")
                .properties()
                .forEach(property -> rows.add(List.of(
                        literal(property.getKey()),
                        type(property.getValue()),
                        required.contains(property.getKey()) ? "always" : "",
                        property.getValue().path("description").asText())));
        page.table(List.of("member", "type", "there", "meaning"), rows);
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** In words, for a cell of a table. */
    private String type(JsonNode schema) {
        if (schema.has("$ref")) {
            String name = schema.path("$ref").asText();
            return '[' + name.substring(name.lastIndexOf('/') + 1) + "](#"
                    + name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT) + ')';
        }
        for (String several : List.of("oneOf", "anyOf", "allOf")) {
            if (schema.has(several)) {
                return String.join(
                        " or ",
                        StreamSupport.stream(schema.path(several).spliterator(), false)
                                .map(this::type)
                                .toList());
            }
        }
        if (schema.has("enum")) {
            return String.join(
                    ", ",
                    texts(schema.path("enum")).stream().map(Markdown::literal).toList());
        }
        JsonNode type = schema.path("type");
        String word = type.isArray() ? String.join(" or ", texts(type)) : type.asText();
        if (word.startsWith("array")) {
            return "array of " + type(schema.path("items"));
        }
        return (word.isEmpty() ? "any" : word) + limits(schema);
    }

    private static String limits(JsonNode schema) {
        List<String> limits = new ArrayList<>();
        for (String key : List.of("minimum", "maximum", "minLength", "maxLength", "pattern", "format", "default")) {
            if (schema.has(key)) {
                limits.add(key + ' ' + literal(schema.path(key).asText()));
            }
        }
        return limits.isEmpty() ? "" : " (" + String.join(", ", limits) + ')';
    }
}
