// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.admin.Cluster;
import io.skep.api.admin.Credential;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that does not serve, and what goes wrong between nodes. */
class ForwardingHttpTest extends HttpTestBase {
    private Edge edge;
    private int served;

    @BeforeEach
    void startEdge() throws Exception {
        served = port;
        edge = Edge.of(servlet, port);
        edge.servlet.configure(Edge.config(Edge.SECRET, Map.of("park.millis", 60_000)));
        port = edge.port;
    }

    @AfterEach
    void stopEdge() throws Exception {
        edge.close();
    }

    private void configureEdge(String secret, Map<String, Object> values) throws IOException {
        edge.servlet.configure(Edge.config(secret, values));
    }

    private CompletableFuture<Reply> later(String method, String path, String body, String... headers) {
        return CompletableFuture.supplyAsync(() -> send(method, path, FakeCore.ADMIN, body, headers));
    }

    private static void assertWaits(CompletableFuture<Reply> reply) {
        Awaitility.await().during(300, TimeUnit.MILLISECONDS).atMost(LONG).until(() -> !reply.isDone());
    }

    /** A node that takes connections and does with them what a test says. */
    private static final class Fault implements AutoCloseable {
        final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        final Thread thread;
        final AtomicInteger requests = new AtomicInteger();

        Fault(String answer, boolean stays) throws IOException {
            thread = new Thread(() -> serve(answer, stays), "fault");
            thread.start();
        }

        private void serve(String answer, boolean stays) {
            while (!socket.isClosed()) {
                try (Socket taken = socket.accept()) {
                    byte[] some = new byte[8192];
                    if (taken.getInputStream().read(some) > 0) {
                        requests.incrementAndGet();
                        if (answer != null) {
                            taken.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                        }
                        if (stays) {
                            taken.getInputStream().transferTo(OutputStream.nullOutputStream());
                        }
                    }
                } catch (IOException ended) {
                    // The next one may do better.
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void callerIsSeenAsAtTheFirstNode() {
        assertThat(get("/api/v1/agents").status()).isEqualTo(200);
        Credential seen = core.credentials.get(core.credentials.size() - 1);
        assertThat(seen.address()).isEqualTo("127.0.0.1");
        assertThat(seen.isLocal()).isTrue();
        assertThat(seen.token()).isEqualTo(FakeCore.ADMIN);
        assertThat(seen.call()).isEqualTo("GET /api/v1/agents");
        Reply metadata = get("/.well-known/oauth-authorization-server");
        if (metadata.status() == 200) {
            assertThat(metadata.json().path("issuer").asText()).contains(":" + edge.port);
        }
    }

    @Test
    void wrongTokenOrBadInput_isAnsweredAsByTheNodeThatServes() {
        Reply refused = send("GET", "/api/v1/agents", "wrong", null);
        assertProblem(refused, 401, "unauthenticated", null);
        assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
        assertProblem(post("/api/v1/tasks", "{"), 400, "invalid", null);
    }

    @Test
    void headerOfANode_fromAnybodyElse_isRefused_whereverItComes() {
        String forged = "1 " + Edge.SERVING + " local 127.0.0.1 http://localhost:1 " + "0".repeat(64);
        for (int at : new int[] {served, edge.port}) {
            port = at;
            for (String header : List.of(forged, "nonsense", "2 a b c d e")) {
                Reply reply = send("GET", "/api/v1/agents", FakeCore.ADMIN, null, Seal.HEADER, header);
                assertProblem(reply, 403, "forbidden", null);
            }
        }
        port = served;
        servlet.configure(ClusterSettingsTest.config(Map.of()));
        assertProblem(send("GET", "/api/v1/agents", FakeCore.ADMIN, null, Seal.HEADER, forged), 403, "forbidden", null);
    }

    @Test
    void nodeWithAnotherSecret_isRefused_andItsCallersAreTold() throws Exception {
        configureEdge("another secret that is long enough, too", Map.of());
        Reply reply = get("/api/v1/agents");
        assertProblem(reply, 403, "forbidden", null);
        assertThat(reply.body()).contains("was not made with the secret of this node");
    }

    @Test
    void nodeThatHandsCallsOnInAnotherWay_getsNone() throws Exception {
        configureEdge(Edge.SECRET, Map.of("park.millis", 100));
        edge.cluster.serving = FakeCluster.node(Edge.SERVING, "http://127.0.0.1:" + served, Cluster.PROTOCOL + 6);
        Reply reply = get("/api/v1/agents");
        assertProblem(reply, 503, "unavailable", null);
        assertThat(reply.body()).contains("takes calls from other nodes in way 7");
        assertThat(core.credentials).isEmpty();
    }

    @Test
    void whileNobodyServes_callsWait_andAreCarriedOutOnce() {
        edge.cluster.serving = null;
        CompletableFuture<Reply> task = later("POST", "/api/v1/tasks", "{\"description\":\"d\"}");
        CompletableFuture<Reply> list = later("GET", "/api/v1/agents", null);
        assertWaits(task);
        assertThat(list).isNotDone();
        edge.cluster.serves(Edge.SERVING, served);
        assertThat(task.join().status()).isEqualTo(201);
        assertThat(list.join().status()).isEqualTo(200);
        assertThat(core.tasks).hasSize(1);
    }

    @Test
    void whileNobodyServesForTooLong_orTooManyWait_callersAreToldToComeAgain() throws Exception {
        edge.cluster.serving = null;
        configureEdge(Edge.SECRET, Map.of("park.millis", 300));
        Reply reply = post("/api/v1/tasks", "{\"description\":\"d\"}");
        assertProblem(reply, 503, "unavailable", null);
        assertThat(reply.header("Retry-After")).isEqualTo("1");
        assertThat(reply.body()).contains("no node serves at the moment");
        configureEdge(Edge.SECRET, Map.of("max.parked", 1, "park.millis", 60_000));
        CompletableFuture<Reply> first = later("GET", "/api/v1/agents", null);
        assertWaits(first);
        assertThat(get("/api/v1/agents").body()).contains("too many calls wait");
        configureEdge(Edge.SECRET, Map.of("max.forwards", 1));
        assertProblem(get("/api/v1/agents"), 429, "busy", null);
        edge.cluster.serves(Edge.SERVING, served);
        assertThat(first.join().status()).isEqualTo(200);
    }

    @Test
    void nodeThatBeginsToServe_carriesOutItself_whatWaited() {
        edge.cluster.serving = null;
        CompletableFuture<Reply> task = later("POST", "/api/v1/tasks", "{\"description\":\"d\"}");
        assertWaits(task);
        bindAll(edge.servlet);
        assertThat(task.join().status()).isEqualTo(201);
    }

    private void bindAll(SkepServlet to) {
        to.bindAccess(core);
        to.bindOrchestrator(core);
        to.bindServer(core);
        to.bindPlugins(core.plugins);
        to.bindFlags(core.flags);
        to.bindStore(core.store);
        to.bindPayloads(payloads);
    }

    @Test
    void callThatDidNotReachANode_goesToTheNext() throws Exception {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        edge.cluster.serves("gone", nobody);
        CompletableFuture<Reply> task = later("POST", "/api/v1/tasks", "{\"description\":\"d\"}");
        assertWaits(task);
        edge.cluster.serves(Edge.SERVING, served);
        assertThat(task.join().status()).isEqualTo(201);
        assertThat(core.tasks).hasSize(1);
        configureEdge(Edge.SECRET, Map.of("park.millis", 300));
        edge.cluster.serves("gone", nobody);
        // The node is suspected for a moment only, which may be over before it is asked about.
        Awaitility.await().atMost(LONG).untilAsserted(() -> {
            assertThat(get("/api/v1/agents").body()).contains("the node that serves cannot be reached");
            assertThat(get("/health/ready").status()).isEqualTo(503);
        });
    }

    @Test
    void callThatMayHaveBeenCarriedOut_isMadeAgainOnlyIfThatDoesNothing() throws Exception {
        try (Fault fault = new Fault("", false)) {
            edge.cluster.serves("fault", fault.socket.getLocalPort());
            Reply unknown = post("/api/v1/tasks", "{\"description\":\"d\"}");
            assertProblem(unknown, 503, "unavailable", null);
            assertThat(unknown.body()).contains("whether the request was carried out is not known");
            assertThat(fault.requests).hasValue(1);
            CompletableFuture<Reply> read = later("GET", "/api/v1/agents", null);
            CompletableFuture<Reply> keyed =
                    later("POST", "/api/v1/tasks", "{\"description\":\"d\"}", "Idempotency-Key", "k");
            assertWaits(read);
            assertThat(keyed).isNotDone();
            edge.cluster.serves(Edge.SERVING, served);
            assertThat(read.join().status()).isEqualTo(200);
            assertThat(keyed.join().status()).isEqualTo(201);
        }
    }

    @Test
    void nodeThatStandsStill_isLeft_whenAnotherOneServes() throws Exception {
        try (Fault still = new Fault(null, true)) {
            edge.cluster.serves("still", still.socket.getLocalPort());
            CompletableFuture<Reply> read = later("GET", "/api/v1/agents", null);
            assertWaits(read);
            edge.cluster.serves(Edge.SERVING, served);
            assertThat(read.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
    }

    @Test
    void streamOfANodeThatStandsStill_ends_whenAnotherOneServes() throws Exception {
        String begun = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nid: 1\n\n";
        try (Fault still = new Fault(begun, true);
                Wire wire = new Wire(port)) {
            edge.cluster.serves("still", still.socket.getLocalPort());
            wire.write(Wire.head("GET /api/v1/events").replace("HTTP/1.1", "HTTP/1.0"));
            assertThat(wire.readHead().status()).isEqualTo(200);
            assertThat(wire.line()).isEqualTo("id: 1");
            edge.cluster.serves(Edge.SERVING, served);
            assertThat(wire.line()).isEmpty();
            assertThat(wire.line()).isNull();
        }
    }

    @Test
    void streamUnderWay_goesOn_underNewSettings() throws Exception {
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.head("GET /api/v1/events").replace("HTTP/1.1", "HTTP/1.0"))
                    .readHead();
            configureEdge(Edge.SECRET, Map.of("park.millis", 100));
            core.events.add("agent.lost", "late", "silent", "late", 0);
            String line = wire.line();
            while (line != null && !line.contains("agent.lost")) {
                line = wire.line();
            }
            assertThat(line).isEqualTo("event: agent.lost");
        }
    }

    @Test
    void callIsHandedOnOnlyOnce() throws Exception {
        Edge third = new Edge("third", SMALL, Map.of("park.millis", 300));
        try {
            third.cluster.serves(Edge.SERVING, served);
            // As it would be with an old view: the second edge counts as the one that serves.
            edge.cluster.serves(Edge.SELF, third.port);
            edge.cluster.serving = FakeCluster.node("third", "http://127.0.0.1:" + third.port, Cluster.PROTOCOL);
            CompletableFuture<Reply> read = later("GET", "/api/v1/agents", null);
            assertWaits(read);
            assertThat(core.credentials).isEmpty();
            edge.cluster.serves(Edge.SERVING, served);
            assertThat(read.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
        } finally {
            third.close();
        }
    }

    @Test
    void callThatWasMeantForAnotherNode_isNotTaken() throws Exception {
        configureEdge(Edge.SECRET, Map.of("park.millis", 300));
        edge.cluster.serving = FakeCluster.node("another", "http://127.0.0.1:" + served, Cluster.PROTOCOL);
        Reply reply = get("/api/v1/agents");
        assertProblem(reply, 503, "unavailable", null);
        assertThat(reply.body()).contains("handed on to node another, and this is node " + Edge.SERVING);
        assertThat(core.credentials).isEmpty();
    }

    @Test
    void edgeIsReady_whileSomebodyServes() {
        assertThat(get("/health/ready").status()).isEqualTo(200);
        edge.cluster.serving = null;
        Reply reply = get("/health/ready");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.body()).contains("no node serves at the moment");
        edge.cluster.serves(Edge.SELF, edge.port);
        assertThat(get("/health/ready").body()).contains("starting or stopping");
        assertThat(get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void nodes_areListedAndDrained() {
        Reply list = get("/api/v1/nodes");
        assertThat(list.status()).isEqualTo(200);
        assertThat(list.json().at("/items/0/id").asText()).isEqualTo(Edge.SERVING);
        assertThat(list.json().at("/items/0/role").asText()).isEqualTo("serving");
        assertThat(list.json().at("/items/0/ageMillis").asInt()).isEqualTo(5_000);
        assertProblem(post("/api/v1/nodes/" + Edge.SERVING + "/drain", null), 409, "conflict", null);
        assertProblem(post("/api/v1/nodes/other/drain", null), 404, "not-found", null);
        assertProblem(post("/api/v1/nodes/other/resume", null), 404, "not-found", null);
        assertThat(post("/api/v1/nodes/" + Edge.SERVING + "/resume", null)
                        .json()
                        .path("id")
                        .asText())
                .isEqualTo(Edge.SERVING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/tasks?text=a%20b%7C&limit=2", "/api/v1/tasks?", "/api/v1/tasks/a.b"})
    void pathAndQuery_comeAsTheyWere(String path) {
        int there = get(path).status();
        port = served;
        assertThat(there).isEqualTo(get(path).status());
    }

    @Test
    void closing_endsWhatWaits() throws Exception {
        edge.cluster.serving = null;
        CompletableFuture<Reply> read = later("GET", "/api/v1/agents", null);
        assertWaits(read);
        edge.servlet.close();
        assertThat(read.get(60, TimeUnit.SECONDS).status()).isEqualTo(503);
    }
}
