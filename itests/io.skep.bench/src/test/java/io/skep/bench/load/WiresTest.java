// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WiresTest {
    private static final byte[] NOTHING = {};

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Integer> clientPorts = ConcurrentHashMap.newKeySet();
    private final CountDownLatch held = new CountDownLatch(3);
    private final Semaphore release = new Semaphore(0);
    private HttpServer server;
    private AsyncHttp http;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
        http = new AsyncHttp(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), 8);
    }

    @AfterEach
    void stop() {
        http.close();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void call_carriesTokenAndBody_andItsAnswerHasTheHeader() throws Exception {
        Reply reply = get(new Wires(http, 1).post("/busy?max=3", "secret", "{}".getBytes(StandardCharsets.UTF_8)));
        assertThat(reply.text()).isEqualTo("429 /busy?max=3 Bearer secret {}");
        assertThat(reply.retryAfter()).isEqualTo("7");
        assertThat(reply.isGood()).isFalse();
    }

    @Test
    void callsOneAfterTheOther_shareAConnection() throws Exception {
        Wires wires = new Wires(http, 8);
        for (int i = 0; i < 20; i++) {
            assertThat(get(wires.post("/", "t", NOTHING)).isGood()).isTrue();
        }
        assertThat(clientPorts).hasSize(1);
    }

    @Test
    void callsAtOnce_waitForOneOfTheConnections() throws Exception {
        Wires wires = new Wires(http, 3);
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            replies.add(wires.post("/held", "t", NOTHING));
        }
        assertThat(held.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(replies).noneMatch(CompletableFuture::isDone);
        release.release(10);
        for (CompletableFuture<Reply> reply : replies) {
            assertThat(get(reply).isGood()).isTrue();
        }
        assertThat(clientPorts).hasSize(3);
    }

    @Test
    void connectionThatBreaks_failsItsCallOnly() throws Exception {
        Wires wires = new Wires(http, 1);
        CompletableFuture<Reply> broken = wires.post("/broken", "t", NOTHING);
        CompletableFuture<Reply> next = wires.post("/", "t", NOTHING);
        assertThatThrownBy(() -> get(broken)).hasCauseInstanceOf(IOException.class);
        assertThat(get(next).isGood()).isTrue();
    }

    private static Reply get(CompletableFuture<Reply> reply) throws Exception {
        return reply.get(60, TimeUnit.SECONDS);
    }

    private void serve(HttpExchange exchange) throws IOException {
        clientPorts.add(exchange.getRemoteAddress().getPort());
        String path = exchange.getRequestURI().toString();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (path.equals("/broken")) {
            exchange.close();
            return;
        } else if (path.equals("/held")) {
            held.countDown();
            release.acquireUninterruptibly();
        }
        boolean busy = path.startsWith("/busy");
        if (busy) {
            exchange.getResponseHeaders().add("Retry-After", "7");
        }
        byte[] answer = (path + " " + exchange.getRequestHeaders().getFirst("Authorization") + " " + body)
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(busy ? 429 : 200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }
}
