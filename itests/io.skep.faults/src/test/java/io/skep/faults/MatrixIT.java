// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table {@code matrix.txt}, every role on every row of it, over HTTP. */
class MatrixIT {
    /** Each role by its letter in the table. */
    private static final Map<Character, String> ROLES = new LinkedHashMap<>(
            Map.of('v', "viewer", 'd', "developer", 'o', "operator", 'g', "agent", 'u', "auditor", 'a', "admin"));

    private static final Map<Character, String> KEYS = new LinkedHashMap<>();
    /** The tasks of each role's caller, of a colleague and of another tenant. */
    private static final Map<Character, List<String>> TASKS = new LinkedHashMap<>();

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static Instance instance;
    private static SkepClient admin;

    /** A line of the table: a cell for each kind of task, or one. */
    private record Row(String method, String path, String body, List<String> cells) {
        @Override
        public String toString() {
            return (method + ' ' + path + ' ' + body).strip();
        }
    }

    static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        try (InputStream in = MatrixIT.class.getResourceAsStream("matrix.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(one -> !one.startsWith("#"))
                    .toList()) {
                String[] cells = line.split(" \\| ");
                String[] request = cells[0].split(" ", 3);
                rows.add(new Row(
                        request[0],
                        request[1],
                        request.length > 2 ? request[2] : "",
                        List.of(cells).subList(1, cells.length)));
            }
        }
        return rows;
    }

    @BeforeAll
    static void start() throws Exception {
        instance = Instance.fresh("matrix");
        instance.configure("io.skep.core.cfg", "auth = required");
        // Everybody calls from one address.
        instance.configure("io.skep.plugin.security.cfg", "address.rate = 10000", "address.burst = 10000");
        instance.server().start(Instance.START);
        Path key = instance.server().home().resolve("store/security/keys/admin.key");
        Instance.await("there is a key", () -> Files.exists(key));
        admin = SkepClient.of(instance.server().uri(), Files.readString(key).strip());
        Instance.await("it is let in", MatrixIT::isLetIn);
        admin.register("spare", 1, "nothing");
        admin.register("bot", 1, "matrix");
        String colleague = submit(key("colleague", "human", "developer", "blue"), "nothing");
        String stranger = submit(key("stranger", "human", "developer", "red"), "nothing");
        for (Map.Entry<Character, String> role : ROLES.entrySet()) {
            boolean agent = role.getValue().equals("agent");
            String name = agent ? "bot" : role.getValue();
            KEYS.put(role.getKey(), key(name, agent ? "agent" : "human", role.getValue(), "blue"));
            // Of the same person, who may submit with this key.
            String its = submit(
                    key(name + (agent ? "-owner" : ""), "human", "developer", "blue"), agent ? "matrix" : "nothing");
            TASKS.put(role.getKey(), List.of(its, colleague, stranger));
        }
        SkepClient bot = SkepClient.of(instance.server().uri(), KEYS.get('g'));
        assertThat(bot.claim("bot", 1, Instance.SOON)).hasSize(1);
    }

    private static boolean isLetIn() throws InterruptedException {
        try {
            return admin.agents().isEmpty();
        } catch (IOException | ProblemException notYet) {
            return false;
        }
    }

    private static String key(String subject, String kind, String role, String tenant) throws Exception {
        ObjectNode data = SkepClient.object()
                .put("type", "api-key")
                .put("subject", subject)
                .put("kind", kind)
                .put("tenant", tenant);
        data.putArray("roles").add(role);
        if (kind.equals("agent")) {
            data.put("owner", "ada");
        }
        ObjectNode request = SkepClient.object().put("operation", "issue");
        request.set("data", data);
        return admin.call("oauth_auth", request).at("/data/secret").asText();
    }

    private static String submit(String key, String skill) throws Exception {
        ObjectNode task = SkepClient.object().put("description", "d");
        task.putArray("skills").add(skill);
        JsonNode submitted = SkepClient.of(instance.server().uri(), key).submit(task);
        return submitted.path("id").asText();
    }

    @AfterAll
    static void stop() throws IOException {
        if (instance != null) {
            instance.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void request_isForThoseWhoMay_andNobodyElse(Row row) throws Exception {
        for (int cell = 0; cell < row.cells().size(); cell++) {
            assertThat(send(row, 'v', cell, "").statusCode())
                    .as("without a key")
                    .isEqualTo(401);
            for (char role : ROLES.keySet()) {
                HttpResponse<String> answer = send(row, role, cell, KEYS.get(role));
                assertThat(answer.statusCode())
                        .as("%s, cell %d: %s", ROLES.get(role), cell + 1, answer.body())
                        .isNotEqualTo(401);
                assertThat(answer.statusCode() != 403)
                        .as("%s, cell %d: %s", ROLES.get(role), cell + 1, answer.body())
                        .isEqualTo(row.cells().get(cell).indexOf(role) >= 0);
            }
        }
    }

    private static HttpResponse<String> send(Row row, char role, int cell, String key) throws Exception {
        String path = row.path().replace("{id}", TASKS.get(role).get(cell));
        String body = row.body().replace("{role}", ROLES.get(role));
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        instance.server().uri().resolve(path))
                .timeout(Instance.SOON)
                .method(
                        row.method(),
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void table_hasRefusalsAndPermissions_ofEveryRole() throws Exception {
        int count = 0;
        for (Row row : rows()) {
            assertThat(row.cells()).as(row.toString()).hasSize(row.path().contains("{id}") ? 3 : 1);
            count += row.cells().size() * ROLES.size();
        }
        assertThat(count).isGreaterThan(300);
    }
}
