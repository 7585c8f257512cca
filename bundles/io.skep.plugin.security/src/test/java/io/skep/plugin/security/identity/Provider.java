// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An OpenID provider on this machine, as wrong as the test wants it. */
public final class Provider implements AutoCloseable {
    public static final String CONFIGURATION = "/.well-known/openid-configuration";
    public static final String JWKS = "/jwks";
    public static final String INTROSPECT = "/introspect";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ConcurrentHashMap<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Function<HttpExchange, Answer>> answers = new ConcurrentHashMap<>();
    private volatile boolean down;

    /** What is answered; a body of null closes the connection without any. */
    public record Answer(int status, @Nullable String body) {}

    public Provider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException cannot) {
            throw new UncheckedIOException(cannot);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        answer(CONFIGURATION, 200, "{\"issuer\":\"" + issuer() + "\",\"jwks_uri\":\"" + issuer() + JWKS + "\"}");
        answer(JWKS, 200, "{\"keys\":[]}");
    }

    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Publishes the public parts of these keys. */
    public Provider keys(Signer... signers) {
        List<JWK> keys = Stream.of(signers).map(Signer::key).toList();
        answer(JWKS, 200, new JWKSet(keys).toString(true));
        return this;
    }

    public void answer(String path, int status, String body) {
        answer(path, exchange -> new Answer(status, body));
    }

    public void answer(String path, Function<HttpExchange, Answer> how) {
        answers.put(path, how);
    }

    /** Answers 503 to everything, or no more. */
    public void down(boolean is) {
        down = is;
    }

    public int calls(String path) {
        return calls.computeIfAbsent(path, absent -> new AtomicInteger()).get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        calls.computeIfAbsent(path, absent -> new AtomicInteger()).incrementAndGet();
        Answer answer = down
                ? new Answer(503, "")
                : answers.getOrDefault(path, any -> new Answer(404, "")).apply(exchange);
        try (exchange) {
            if (answer.body() != null) {
                byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
