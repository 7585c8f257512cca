// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.client.PostgresServer;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Three nodes, three processes, on one database; what they share is in one directory. Each is reached by the others, and
 * reaches the database, by links that can be cut.
 */
final class NodeLab implements AutoCloseable {
    static final Duration LEASE = Duration.ofSeconds(6);
    private static final String SECRET = "only for the nodes of this test, and long enough";

    final List<Instance> nodes = new ArrayList<>();
    final Path shared;
    private final Path root = Path.of(System.getProperty("skep.instances"));
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<PostgresServer> databases = new ArrayList<>();
    private final Map<Instance, List<Link>> links = new HashMap<>();
    private PostgresServer primary;
    private PostgresServer standby;

    NodeLab(int count) throws Exception {
        shared = Files.createDirectories(root).resolve("nodes-shared");
        Instance.clear(shared);
        primary = PostgresServer.start(root.getParent());
        databases.add(primary);
        makeStandby();
        for (int i = 0; i < count; i++) {
            Instance node = Instance.fresh("node-" + i);
            nodes.add(node);
            Path secret = Files.writeString(node.server().home().resolve("cluster.secret"), SECRET);
            node.configure(
                    "io.skep.http.cluster.cfg",
                    "url = http://" + link(node, node.server().uri().getAuthority()),
                    "secret.file = " + secret,
                    "park.millis = 20000");
            useDatabases(node);
            node.configure("io.skep.store.cfg", "kind = postgres");
        }
    }

    /** Makes a link between a node and something else. */
    private String link(Instance node, String authority) throws IOException {
        int colon = authority.lastIndexOf(':');
        Link link = new Link(authority.substring(0, colon), Integer.parseInt(authority.substring(colon + 1)));
        links.computeIfAbsent(node, n -> new ArrayList<>()).add(link);
        return link.address();
    }

    /** Lets nothing pass any more between a node and the database, and from other nodes to it. */
    void cut(Instance node) {
        links.getOrDefault(node, List.of()).forEach(Link::cut);
    }

    void mend(Instance node) {
        links.getOrDefault(node, List.of()).forEach(Link::mend);
    }

    private void makeStandby() throws IOException, InterruptedException {
        standby = primary.standby(root.getParent());
        databases.add(standby);
    }

    private void useDatabases(Instance node) throws IOException {
        node.configure(
                "io.skep.store.postgres.cfg",
                "url = jdbc:postgresql://" + link(node, primary.host()) + "," + link(node, standby.host())
                        + "/postgres",
                "user = " + primary.user(),
                "password = " + primary.password(),
                "shared.directory = " + shared,
                "lease.millis = " + LEASE.toMillis(),
                "answer.millis = 2000");
    }

    /** Kills the database and has its synchronous standby take its place. */
    void failOver() throws Exception {
        primary.kill();
        standby.promote();
        primary = standby;
    }

    /** Gives the database that serves a standby, and tells the nodes of it. */
    void useNewDatabases() throws IOException, InterruptedException {
        makeStandby();
        for (Instance node : nodes) {
            useDatabases(node);
        }
        long told = System.nanoTime();
        Instance.await("every node uses the new databases", () -> {
            List<JsonNode> seen = list(nodes.get(0));
            long since = (System.nanoTime() - told) / 1_000_000;
            return seen.size() == nodes.size()
                    && seen.stream().allMatch(node -> node.path("ageMillis").asLong() < since)
                    && seen.get(0).path("role").asText().equals("serving");
        });
    }

    String token() throws IOException {
        return Files.readString(shared.resolve("admin.token")).strip();
    }

    SkepClient admin(Instance node) throws IOException {
        return SkepClient.of(node.server().uri(), token());
    }

    List<SkepClient> admins() throws IOException {
        List<SkepClient> admins = new ArrayList<>();
        for (Instance node : nodes) {
            admins.add(admin(node));
        }
        return admins;
    }

    /** Calls one node as the administrator. */
    HttpResponse<String> call(Instance node, String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(node.server().uri() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** What a node says of all of them; empty if nobody serves. */
    List<JsonNode> list(Instance asked) throws IOException, InterruptedException {
        HttpResponse<String> answer = call(asked, "GET", "/api/v1/nodes");
        List<JsonNode> items = new ArrayList<>();
        if (answer.statusCode() == 200) {
            new ObjectMapper().readTree(answer.body()).path("items").forEach(items::add);
        }
        return items;
    }

    String id(Instance node) throws IOException {
        return Files.readString(node.server().home().resolve("store/server.id")).strip();
    }

    /** The node that serves, as that one says. */
    Instance serving(Instance asked) throws IOException, InterruptedException {
        Instance[] found = new Instance[1];
        Instance.await("a node serves", () -> {
            Optional<String> id = list(asked).stream()
                    .filter(node -> node.path("role").asText().equals("serving"))
                    .map(node -> node.path("id").asText())
                    .findFirst();
            for (Instance node : nodes) {
                if (id.isPresent() && id.get().equals(id(node))) {
                    found[0] = node;
                }
            }
            return found[0] != null;
        });
        return found[0];
    }

    /** Another node than that one. */
    Instance other(Instance than) {
        return nodes.get((nodes.indexOf(than) + 1) % nodes.size());
    }

    void awaitRole(Instance asked, Instance of, String role) throws IOException, InterruptedException {
        String id = id(of);
        Instance.await(
                "node " + id + " is " + role,
                () -> list(asked).stream()
                        .anyMatch(node -> node.path("id").asText().equals(id)
                                && node.path("role").asText().equals(role)));
    }

    static void signal(Instance node, String signal) throws IOException, InterruptedException {
        long pid = node.server().pid().orElseThrow();
        new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor();
    }

    @Override
    public void close() throws IOException {
        for (Instance node : nodes) {
            node.close();
        }
        for (Link link : links.values().stream().flatMap(List::stream).toList()) {
            link.close();
        }
        for (PostgresServer database : databases) {
            database.close();
        }
    }
}
