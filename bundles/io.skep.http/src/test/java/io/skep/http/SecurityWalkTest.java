// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.admin.Intent;
import io.skep.api.plugin.IntegrationResponse;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Walks every call of the contract as those who may not make it. That each answer says to browsers what it must is checked
 * for all tests in {@link HttpTestBase}.
 */
class SecurityWalkTest extends HttpTestBase {
    private static final Path SEEDED =
            Path.of("../io.skep.plugin.security/src/main/resources/io/skep/plugin/security/policy/seeded.yaml");
    private static final List<Route> ROUTES = Api.table(
                    new EventsResource(() -> 1, Duration.ofSeconds(1)),
                    new ServerResource(new Meters(), () -> 0, new Forwarding(() -> true)))
            .routes();
    /** What whoever comes is answered who sends nothing: for a token a client must say who it is in another way. */
    private static final Map<String, Integer> FOR_EVERYBODY = Map.of(
            "GET /health/live", 200,
            "GET /health/ready", 200,
            "POST /oauth/token", 400,
            "GET /.well-known/jwks.json", 200,
            "GET /.well-known/oauth-authorization-server", 200);
    /** The contract itself is for whoever is known; an operation of a plugin says itself what it needs. */
    private static final Set<String> WANT_NOTHING =
            Set.of("GET /api/v1/openapi.json", "POST /api/v1/capabilities/{id}");

    private static String named(Route route) {
        return route.method() + " " + route.template();
    }

    private static String path(String template) {
        return template.replace("{id}", "semantic_routing");
    }

    /** Every call of the contract, as method and path. */
    static List<String> calls() {
        List<String> calls = new ArrayList<>();
        Contract.DOCUMENT
                .get("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (!method.equals("parameters")) {
                        calls.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                    }
                }));
        return calls;
    }

    static Stream<Route> routesThatWantSomething() {
        return ROUTES.stream().filter(route -> route.wanted().action() != null);
    }

    static Stream<Route> routesWithABody() {
        return ROUTES.stream().filter(route -> route.body() != Route.Body.NONE);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void everyCallThatIsNotForEverybody_needsToBeKnown(String call) {
        String[] words = call.split(" ");
        core.response = new IntegrationResponse.Answered("{\"jwks\":\"{\\\"keys\\\":[]}\",\"issuer\":\"i\"}");
        Reply reply = send(words[0], path(words[1]), null, null);
        if (FOR_EVERYBODY.containsKey(call)) {
            assertThat(reply.status()).as(reply.body()).isEqualTo(FOR_EVERYBODY.get(call));
            return;
        }
        assertProblem(reply, 401, "unauthenticated", null);
        assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer");
        Reply guessed = send(words[0], path(words[1]), "guess", null);
        assertProblem(guessed, 401, "unauthenticated", null);
        assertThat(guessed.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
    }

    @ParameterizedTest
    @MethodSource("routesThatWantSomething")
    void everyCall_isRefused_whenThePolicyForbidsIt(Route route) {
        String id = route.template().contains("{id}") ? "semantic_routing" : "";
        core.forbidden.add(route.wanted().intent(id));
        for (boolean late : new boolean[] {false, true}) {
            core.late = late;
            Reply reply = send(route.method(), path(route.template()), FakeCore.ADMIN, null);
            assertProblem(reply, 403, "forbidden", null);
            assertThat(reply.header("WWW-Authenticate")).isNull();
        }
    }

    @Test
    void callOfACapability_isRefused_whenThePolicyForbidsWhatItsOperationNeeds() {
        core.forbidden.add(Intent.to("call", "capability"));
        Reply reply = post("/api/v1/capabilities/semantic_routing", "{\"data\":{\"text\":\"t\"}}");
        assertProblem(reply, 403, "forbidden", null);
        assertThat(core.called).isNull();
    }

    @ParameterizedTest
    @MethodSource("routesWithABody")
    void bodyOverTheLimit_isRefused(Route route) {
        Reply reply = sendBody(
                route.method(),
                path(route.template()),
                FakeCore.ADMIN,
                BodyPublishers.ofString("[".repeat(limit(route) + 1)),
                "Content-Type",
                route.body() == Route.Body.JAR ? "application/java-archive" : "application/json");
        assertProblem(reply, 413, "too-large", null);
    }

    private int limit(Route route) {
        return switch (route.body()) {
            case NONE -> throw new AssertionError(named(route));
            case OBJECT -> SMALL.maxObjectBytes();
            case FORM -> BodyBuffer.FORM_BYTES;
            case ARRAY -> SMALL.maxArrayBytes();
            case JAR -> SMALL.maxJarBytes();
            case PAYLOAD -> Math.toIntExact(payloads.maxBytes());
        };
    }

    @Test
    void everyRoute_wantsSomethingOfThePolicy_orIsNamedHere() {
        Set<String> free = new TreeSet<>();
        ROUTES.stream().filter(route -> route.wanted().action() == null).forEach(route -> free.add(named(route)));
        free.removeAll(FOR_EVERYBODY.keySet());
        assertThat(free).containsExactlyInAnyOrderElementsOf(WANT_NOTHING);
        Set<String> open = new TreeSet<>();
        ROUTES.stream()
                .filter(route -> route.permission() == Permission.PUBLIC)
                .forEach(route -> open.add(named(route)));
        assertThat(open).containsExactlyInAnyOrderElementsOf(FOR_EVERYBODY.keySet());
        assertThat(calls())
                .containsExactlyInAnyOrderElementsOf(
                        ROUTES.stream().map(SecurityWalkTest::named).toList());
    }

    @ParameterizedTest
    @MethodSource("routesThatWantSomething")
    void whatARouteWants_isInTheVocabularyOfThePolicy(Route route) throws IOException {
        assertThat(vocabulary("actions")).contains(route.wanted().action());
        assertThat(vocabulary("resources")).contains(route.wanted().type());
    }

    /** The names in a list of the vocabulary, which is the first part of the file and has one on each line. */
    private static Set<String> vocabulary(String list) throws IOException {
        Set<String> names = new TreeSet<>();
        String in = "";
        for (String line : Files.readAllLines(SEEDED)) {
            if (line.equals("roles:")) {
                break;
            } else if (line.strip().endsWith(":")) {
                in = line.strip();
            } else if (in.equals(list + ":") && line.strip().startsWith("- ")) {
                names.add(line.strip().substring(2));
            }
        }
        assertThat(names).hasSizeGreaterThan(10);
        return names;
    }
}
