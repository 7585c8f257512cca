// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.testkit.FakePayloads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The real servlet in a real Jetty with {@link FakeCore} behind; each answer is checked against the contract. */
abstract class HttpTestBase {
    static final Settings SMALL = new Settings(4096, 65_536, 200_000, 2, 2, Duration.ofSeconds(60));

    /** How long something may take that comes in the end, on however slow a machine. */
    static final Duration LONG = Duration.ofSeconds(60);

    /** What every answer says to browsers. */
    static final Map<String, String> GUARDS = Map.of(
            "Cache-Control", "no-store",
            "X-Content-Type-Options", "nosniff",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin");

    final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    FakeCore core;
    FakePayloads payloads;
    SkepServlet servlet;
    int port;
    private Server jetty;

    /** An answer. */
    record Reply(int status, HttpResponse<String> http, String body) {
        JsonNode json() {
            try {
                return new ObjectMapper().readTree(body);
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }

        String header(String name) {
            return http.headers().firstValue(name).orElse(null);
        }
    }

    long idleMillis() {
        return 60_000;
    }

    Settings settings() {
        return SMALL;
    }

    @BeforeEach
    void startServer() throws Exception {
        core = new FakeCore();
        payloads = new FakePayloads(directory).limit(150_000);
        servlet = new SkepServlet(settings(), Duration.ofMillis(200));
        servlet.bindAccess(core);
        servlet.bindOrchestrator(core);
        servlet.bindServer(core);
        servlet.bindPlugins(core.plugins);
        servlet.bindFlags(core.flags);
        servlet.bindStore(core.store);
        servlet.bindPayloads(payloads);
        jetty = new Server();
        ServerConnector connector = new ServerConnector(jetty, 1, 1);
        connector.setHost("127.0.0.1");
        connector.setIdleTimeout(idleMillis());
        jetty.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        ServletHolder holder = new ServletHolder("io.skep.http", servlet);
        holder.setAsyncSupported(true);
        for (String pattern : new String[] {"/api/v1/*", "/oauth/*", "/.well-known/*", "/metrics", "/health/*"}) {
            context.addServlet(holder, pattern);
        }
        jetty.setHandler(context);
        jetty.start();
        port = connector.getLocalPort();
    }

    @AfterEach
    void stopServer() throws Exception {
        servlet.close();
        jetty.stop();
        core.close();
    }

    Reply get(String path) {
        return send("GET", path, FakeCore.ADMIN, null);
    }

    Reply post(String path, String body) {
        return send("POST", path, FakeCore.ADMIN, body);
    }

    Reply send(String method, String path, String token, String body, String... headers) {
        HttpRequest.BodyPublisher publisher =
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        return sendBody(method, path, token, publisher, headers);
    }

    Reply sendBody(String method, String path, String token, HttpRequest.BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(LONG.plusSeconds(30))
                .method(method, body);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String type = response.headers().firstValue("Content-Type").orElse("");
            GUARDS.forEach((header, value) -> assertThat(response.headers().allValues(header))
                    .as(header + " of " + method + " " + path)
                    .containsExactly(value));
            assertThat(response.headers().allValues("Strict-Transport-Security"))
                    .isEmpty();
            Contract.check(method, path, response.statusCode(), type, response.body());
            return new Reply(response.statusCode(), response, response.body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(method + " " + path, e);
        }
    }

    /** Asserts that the answer is that problem. */
    static void assertProblem(Reply reply, int status, String reason, String field) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.json().path("status").asInt()).isEqualTo(status);
        assertThat(reply.json().path("reason").asText()).as(reply.body()).isEqualTo(reason);
        assertThat(reply.json().path("field").asText(null)).as(reply.body()).isEqualTo(field);
    }

    /** Registers an agent and answers its secret. */
    String agent(String id, String... skills) {
        String list = skills.length == 0 ? "" : "\"" + String.join("\",\"", skills) + "\"";
        Reply reply = post("/api/v1/agents", "{\"id\":\"" + id + "\",\"slots\":4,\"skills\":[" + list + "]}");
        assertThat(reply.status()).as(reply.body()).isEqualTo(201);
        return reply.json().get("secret").asText();
    }

    /** Submits a task and answers its id. */
    String task(String description) {
        Reply reply = post("/api/v1/tasks", "{\"description\":\"" + description + "\"}");
        assertThat(reply.status()).as(reply.body()).isEqualTo(201);
        return reply.json().get("id").asText();
    }
}
