// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.SkepClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients get wrong: each is answered with one problem that names what is wrong, and nothing comes of it. */
@ExtendWith(SharedServer.class)
class BadInputIT {
    private static final String TASKS = "/api/v1/tasks";
    private static final String AGENTS = "/api/v1/agents";
    private static final int MIB = 1 << 20;

    /**
     * A request and its answer.
     *
     * @param name for the report
     * @param field that the problem names; empty for none
     */
    private record Case(String name, String method, String path, RawHttp.Body body, int status, String field) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case post(String name, String path, String body, int status, String field) {
        return new Case(name, "POST", path, body(body), status, field);
    }

    private static Case task(String members, String field) {
        return post(members, TASKS, "{\"description\":\"x\"," + members + "}", 400, field);
    }

    private static Case agent(String members, String field) {
        return post(members, AGENTS, "{" + members + "}", 400, field);
    }

    private static Case get(String path, int status, String field) {
        return new Case("GET " + path, "GET", path, body(""), status, field);
    }

    private static RawHttp.Body body(String text) {
        return new RawHttp.Body(text.getBytes(StandardCharsets.UTF_8), false);
    }

    private static Case large(String name, String start, int bytes, String end, boolean chunked) {
        byte[] text =
                (start + "x".repeat(bytes - start.length() - end.length()) + end).getBytes(StandardCharsets.UTF_8);
        return new Case(name, "POST", TASKS, new RawHttp.Body(text, chunked), 413, "");
    }

    static Stream<Case> json() {
        byte[] latin = "{\"description\":\"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        return Stream.of(
                post("cut off", TASKS, "{\"description\":", 400, "description"),
                post("no JSON", TASKS, "description: x", 400, ""),
                post("empty", TASKS, "", 400, ""),
                post("two values", TASKS, "{\"description\":\"x\"} {}", 400, ""),
                post("a number", TASKS, "7", 400, ""),
                post("an empty array", TASKS, "[]", 400, ""),
                post(
                        "nested without end",
                        TASKS,
                        "{\"description\":\"x\",\"input\":" + "[".repeat(100_000),
                        400,
                        "input" + "[0]".repeat(99)),
                new Case("ISO-8859-1", "POST", TASKS, new RawHttp.Body(latin, false), 400, ""),
                post("description missing", TASKS, "{}", 400, "description"),
                post("description a number", TASKS, "{\"description\":7}", 400, "description"),
                task("\"colour\":\"red\"", "colour"),
                task("\"priority\":\"high\"", "priority"),
                task("\"skills\":\"x\"", "skills"),
                task("\"retry\":{\"maxAttempts\":2,\"often\":true}", "retry.often"),
                large("an object beyond 1 MiB", "{\"description\":\"", MIB + 1, "\"}", false),
                large("an object beyond 1 MiB, chunked", "{\"description\":\"", MIB + 1, "\"}", true),
                large("an array beyond 16 MiB", "[{\"description\":\"", 16 * MIB + 1, "\"}]", false),
                large("an array beyond 16 MiB, chunked", "[{\"description\":\"", 16 * MIB + 1, "\"}]", true));
    }

    static Stream<Case> values() {
        String first = "[{\"description\":\"x\",\"name\":\"a\",\"dependsOn\":[\"b\"]},";
        return Stream.of(
                task("\"skills\":[\"nobody.has.this\"]", "skills"),
                task("\"name\":\"a\",\"dependsOn\":[\"a\"]", "dependsOn"),
                task("\"dependsOn\":[\"no-such-task\"]", "dependsOn"),
                task("\"parent\":\"no-such-task\"", "parent"),
                post(
                        "a circle",
                        TASKS,
                        first + "{\"description\":\"x\",\"name\":\"b\",\"dependsOn\":[\"a\"]}]",
                        400,
                        "[0].dependsOn"),
                post("a name twice", TASKS, first + "{\"description\":\"x\",\"name\":\"a\"}]", 400, "[1].name"),
                task("\"priority\":99", "priority"),
                task("\"priority\":-1", "priority"),
                task("\"priority\":99999999999999999999", "priority"),
                task("\"attemptTimeoutMillis\":-1", "attemptTimeoutMillis"),
                task("\"retry\":{\"maxAttempts\":-1}", "retry.maxAttempts"),
                task("\"deadline\":\"tomorrow\"", "deadline"),
                task("\"name\":\"../../etc/passwd\"", "name"),
                task("\"tenant\":\"..\"", "tenant"),
                agent("\"id\":\"x\",\"slots\":-1", "slots"),
                agent("\"id\":\"x\",\"slots\":1000000", "slots"),
                agent("\"id\":\"x\",\"leaseMillis\":-1", "leaseMillis"),
                agent("\"id\":\"x\",\"leaseMillis\":1", "leaseMillis"),
                agent("\"id\":\"../x\"", "id"),
                agent("\"id\":\"x\",\"skills\":[\"a\",\"a\"]", "skills[1].id"),
                post("an id that is there", AGENTS, "{\"id\":\"faults-there\"}", 409, "id"));
    }

    static Stream<Case> addresses() {
        String there = AGENTS + "/faults-there";
        return Stream.of(
                get(TASKS + "?limit=0", 400, "limit"),
                get(TASKS + "?limit=-1", 400, "limit"),
                get(TASKS + "?limit=1000000000000", 400, "limit"),
                get(TASKS + "?state=sleeping", 400, "state"),
                get(TASKS + "?cursor=nonsense", 400, "cursor"),
                get(TASKS + "?colour=red", 400, "colour"),
                get(TASKS + "?text=%ff", 400, ""),
                get(TASKS + "/x?wait=-1", 400, "wait"),
                get(TASKS + "/x?wait=10h", 400, "wait"),
                get(TASKS + "/x?wait=1000000000", 400, "wait"),
                post("claims?wait=-1", there + "/claims?wait=-1", "", 400, "wait"),
                post("claims?wait=10h", there + "/claims?wait=10h", "", 400, "wait"),
                post("claims?max=0", there + "/claims?max=0", "", 400, "max"),
                post("claims?max=-5", there + "/claims?max=-5", "", 400, "max"),
                get(TASKS + "/" + "x".repeat(200), 400, "id"));
    }

    static Stream<Case> ways() {
        return Stream.of(
                get(TASKS + "/..%2f..%2fetc%2fpasswd", 400, "id"),
                get(TASKS + "/%2e%2e", 400, "id"),
                get(TASKS + "/../../../etc/passwd", 404, ""),
                new Case("PUT ..%2fx", "PUT", AGENTS + "/..%2fx", body("{}"), 400, "id"),
                new Case("PUT %2e%2e", "PUT", AGENTS + "/%2e%2e", body("{}"), 400, "id"),
                new Case("DELETE ..%2fx", "DELETE", AGENTS + "/..%2fx", body(""), 400, "id"));
    }

    @BeforeAll
    static void registerOne(Instance instance) throws Exception {
        instance.server().client().putAgent("faults-there", SkepClient.object());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"json", "values", "addresses"})
    void badInput_isAnsweredWithOneProblem_andNothingComesOfIt(Case bad, Instance instance) throws Exception {
        List<String> before = figures(instance);
        HttpResponse<byte[]> answer = new RawHttp(instance.server()).send(bad.method(), bad.path(), bad.body());
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(answer.statusCode()).as(text).isEqualTo(bad.status());
        assertThat(answer.headers().firstValue("Content-Type")).as(text).hasValue("application/problem+json");
        JsonNode problem = RawHttp.json(answer);
        assertThat(problem.path("status").asInt()).isEqualTo(bad.status());
        assertThat(problem.path("reason").asText()).as(text).isNotEmpty();
        assertThat(problem.path("detail").asText()).as(text).isNotEmpty();
        assertThat(problem.path("field").asText()).as(text).isEqualTo(bad.field());
        assertThat(figures(instance)).isEqualTo(before);
    }

    /** Jetty itself refuses them, before anything of ours is reached, and in its own words. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void wayOutOfThePath_leadsNowhere(Case bad, Instance instance) throws Exception {
        List<String> before = figures(instance);
        HttpResponse<byte[]> answer = new RawHttp(instance.server()).send(bad.method(), bad.path(), bad.body());
        assertThat(answer.statusCode()).isEqualTo(bad.status());
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).doesNotContain("root:");
        assertThat(figures(instance)).isEqualTo(before);
    }

    /** How many tasks of each state and how many agents there are. */
    private static List<String> figures(Instance instance) throws Exception {
        return instance.server()
                .client()
                .metrics()
                .lines()
                .filter(line -> line.startsWith("skep_tasks{") || line.startsWith("skep_agents "))
                .toList();
    }
}
