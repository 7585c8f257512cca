// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ContractTest {
    private final List<Route> routes = Api.table(
                    new EventsResource(() -> 1, Duration.ofSeconds(1)),
                    new ServerResource(new Meters(), () -> 0, new Forwarding(() -> true)))
            .routes();

    private static JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? Contract.DOCUMENT.at(node.get("$ref").asText().substring(1)) : node;
    }

    @Test
    void contractAndRoutes_haveTheSameCalls() {
        Set<String> contracted = new TreeSet<>();
        Contract.DOCUMENT
                .get("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (!method.equals("parameters")) {
                        contracted.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                    }
                }));
        Set<String> routed = new TreeSet<>();
        routes.forEach(route -> routed.add(route.method() + " " + route.template()));
        assertThat(routed).isEqualTo(contracted).hasSizeGreaterThan(25);
    }

    @Test
    void contractAndRoutes_haveTheSameParametersBodiesAndSecurity() {
        for (Route route : routes) {
            JsonNode path = Contract.DOCUMENT.get("paths").get(route.template());
            JsonNode call = path.get(route.method().toLowerCase(Locale.ROOT));
            List<String> query = new ArrayList<>();
            call.path("parameters").forEach(p -> {
                JsonNode parameter = resolved(p);
                if (parameter.get("in").asText().equals("query")) {
                    query.add(parameter.get("name").asText());
                }
            });
            assertThat(query).as(route.template()).containsExactlyInAnyOrderElementsOf(route.query());
            assertThat(call.has("requestBody"))
                    .as(route.method() + " " + route.template())
                    .isEqualTo(route.body() != Route.Body.NONE);
            assertThat(call.has("security")).as(route.template()).isEqualTo(route.permission() == Permission.PUBLIC);
            assertThat(path.has("parameters")).isEqualTo(route.template().contains("{id}"));
        }
    }

    @Test
    void everyReference_leadsSomewhere() {
        List<JsonNode> references = Contract.DOCUMENT.findValues("$ref");
        assertThat(references).hasSizeGreaterThan(100);
        references.forEach(reference -> assertThat(
                        Contract.DOCUMENT.at(reference.asText().substring(1)).isMissingNode())
                .as(reference.asText())
                .isFalse());
    }

    @Test
    void check_findsWhatTheContractDoesNotSay() {
        String path = "/api/v1/agents/a/heartbeat";
        String good = "{\"state\":\"active\",\"leaseUntil\":\"2026-01-01T00:00:00.000Z\",\"commands\":[]}";
        Contract.check("POST", path, 200, "application/json", good);
        for (String bad : List.of(
                good.replace("active", "busy"),
                good.replace("2026-01-01T", "yesterday "),
                good.replace("}", ",\"more\":1}"),
                good.replace("[]", "[{}]"))) {
            assertThatThrownBy(() -> Contract.check("POST", path, 200, "application/json", bad))
                    .as(bad)
                    .isInstanceOf(AssertionError.class);
        }
        assertThatThrownBy(() -> Contract.check("POST", path, 202, "application/json", good))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> Contract.check("POST", path, 200, "text/html", good))
                .isInstanceOf(AssertionError.class);
    }
}
