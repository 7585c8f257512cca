// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The contract, openapi.json, against which every answer in the tests is checked. */
final class Contract {
    static final JsonNode DOCUMENT;
    private static final String URI = "https://skep.invalid/openapi.json";
    private static final SchemaRegistry REGISTRY;

    static {
        try (InputStream in = Contract.class.getResourceAsStream("openapi.json")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            DOCUMENT = new ObjectMapper().readTree(text);
            REGISTRY = SchemaRegistry.withDefaultDialect(
                    SpecificationVersion.DRAFT_2020_12, b -> b.schemas(Map.of(URI, text)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Contract() {}

    /** Asserts that the answer is one that the contract gives for that call. */
    static void check(String method, String path, int status, String type, String body) {
        if (method.equals("HEAD") || status == 204) {
            assertThat(body).isEmpty();
            return;
        }
        String pointer = response(template(path), method, status);
        JsonNode response = DOCUMENT.at(pointer);
        assertThat(response.isMissingNode())
                .as("the contract has no %d for %s %s", status, method, path)
                .isFalse();
        if (!response.has("content")) {
            assertThat(body).isEmpty();
            return;
        }
        String media = type.split(";")[0];
        assertThat(response.get("content").fieldNames())
                .as("content types of %d for %s %s: %s", status, method, path, body)
                .toIterable()
                .contains(media);
        if (media.endsWith("json")) {
            matches(pointer + "/content/" + media.replace("/", "~1") + "/schema", body);
        }
    }

    /** Asserts that {@code body} is of the schema at {@code pointer} of the contract. */
    static void matches(String pointer, String body) {
        String fragment = pointer.replace("{", "%7B").replace("}", "%7D");
        List<Error> errors = REGISTRY.getSchema("{\"$ref\":\"" + URI + "#" + fragment + "\"}", InputFormat.JSON)
                .validate(body, InputFormat.JSON, c -> c.executionConfig(e -> e.formatAssertionsEnabled(true)));
        assertThat(errors).as(body).isEmpty();
    }

    private static String response(String template, String method, int status) {
        String operation =
                "/paths/" + template.replace("~", "~0").replace("/", "~1") + "/" + method.toLowerCase(Locale.ROOT);
        if (DOCUMENT.at(operation).isMissingNode()) {
            // No such call: the answer must be a problem all the same.
            operation = "/paths/~1api~1v1~1tasks~1{id}/get";
        }
        JsonNode response = DOCUMENT.at(operation + "/responses/" + status);
        return response.has("$ref") ? response.get("$ref").asText().substring(1) : operation + "/responses/" + status;
    }

    private static String template(String path) {
        String plain = path.split("\\?")[0];
        if (DOCUMENT.get("paths").has(plain)) {
            return plain;
        }
        for (var names = DOCUMENT.get("paths").fieldNames(); names.hasNext(); ) {
            String template = names.next();
            if (plain.matches(template.replace("{id}", "[^/]+"))) {
                return template;
            }
        }
        return plain;
    }
}
