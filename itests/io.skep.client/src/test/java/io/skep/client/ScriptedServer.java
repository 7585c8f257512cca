// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A server that notes what it is asked and says what it is told to. */
final class ScriptedServer implements AutoCloseable {
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final HttpServer http;

    private record Answer(int status, String body, Map<String, String> headers) {}

    ScriptedServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::serve);
        http.start();
    }

    /** A client of this server with the token {@code secret}. */
    SkepClient client() {
        return SkepClient.of(URI.create("http://127.0.0.1:" + http.getAddress().getPort()), "secret");
    }

    /** What was asked, each as method, path and what else there was. */
    BlockingQueue<String> asked() {
        return asked;
    }

    void willSay(int status, String body) {
        willSay(status, body, Map.of());
    }

    void willSay(int status, String body, Map<String, String> headers) {
        answers.add(new Answer(status, body, headers));
    }

    @Override
    public void close() {
        http.stop(0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI()
                + (exchange.getRequestHeaders().getFirst("Authorization").equals("Bearer secret") ? "" : " no token")
                + (key == null ? "" : " key=" + key)
                + (type == null || type.equals("application/json") ? "" : " " + type)
                + (body.isEmpty() ? "" : " " + body));
        Answer answer = answers.remove();
        answer.headers().forEach(exchange.getResponseHeaders()::add);
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
