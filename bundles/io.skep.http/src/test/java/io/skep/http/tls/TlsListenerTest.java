// SPDX-License-Identifier: Apache-2.0
package io.skep.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.testkit.Certificates;
import io.skep.testkit.TlsConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.apache.felix.http.jetty.ConnectorFactory;
import org.awaitility.Awaitility;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real handshakes with a real Jetty, which gets and loses its connector as Felix would do it. */
class TlsListenerTest {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    static Path made;

    private static Certificates certificates;

    private final Server jetty = new Server();
    private TlsListener listener;
    private int port;

    @BeforeAll
    static void make() {
        certificates = new Certificates(made)
                .make("first")
                .make("second")
                .makeExpired("expired")
                .makeEarly("early")
                .makeAuthority("authority")
                .makeSigned("client", "authority")
                .make("stranger");
    }

    @BeforeEach
    void start() throws Exception {
        certificates.install("first");
        jetty.setHandler(new Handler.Abstract.NonBlocking() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                Content.Sink.write(response, true, request.isSecure() ? "secure" : "clear", callback);
                return true;
            }
        });
        jetty.start();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        listener = new TlsListener(this::publish, Clock.systemUTC());
    }

    @AfterEach
    void stop() throws Exception {
        listener.close();
        assertThat(jetty.getConnectors()).isEmpty();
        jetty.stop();
    }

    // Jetty declares no less.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private Runnable publish(ConnectorFactory factory) {
        Connector connector = factory.createConnector(jetty);
        jetty.addConnector(connector);
        try {
            connector.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return () -> {
            try {
                connector.stop();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            jetty.removeConnector(connector);
        };
    }

    private TlsSettings settings(String oldest, boolean withClients, int idleMillis, int connections) {
        Path clientCa = made.resolve("clients.crt");
        if (withClients) {
            Certificates.write(clientCa, certificates.chain("authority"));
        }
        return new TlsSettings(
                "127.0.0.1",
                port,
                certificates.certificateFile(),
                certificates.keyFile(),
                withClients ? clientCa : null,
                oldest,
                LOOK,
                Duration.ofMillis(idleMillis),
                connections);
    }

    private void listen() {
        listen(settings(TlsSettings.TLS_1_2, false, 60_000, 100));
    }

    private void listen(TlsSettings settings) {
        listener.apply(settings);
        Awaitility.await().atMost(LONG).until(() -> jetty.getConnectors().length == 1);
    }

    private static SSLContext client() {
        return certificates.client(null, "first", "second", "authority");
    }

    private TlsConnection connect() throws IOException {
        return TlsConnection.open(client(), port);
    }

    private String shown() throws IOException {
        try (TlsConnection handshake = connect()) {
            return handshake.server();
        }
    }

    private void awaitTrouble(String words) {
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> assertThat(listener.trouble()).contains(words));
    }

    @Test
    void requestByTls_isSecure_whateverNameItAsksFor() throws IOException {
        listen();
        try (TlsConnection handshake = connect()) {
            assertThat(handshake.protocol()).isEqualTo("TLSv1.3");
            assertThat(handshake.get("/").body()).isEqualTo("secure");
            assertThat(handshake.get("/").body()).isEqualTo("secure");
        }
        try (TlsConnection older = TlsConnection.open(client(), port, "TLSv1.2")) {
            assertThat(older.get("/").body()).isEqualTo("secure");
        }
    }

    @Test
    void requestInTheClear_isNotAnswered() throws IOException {
        listen();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).doesNotContain("HTTP");
        }
    }

    @Test
    void olderProtocol_isRefused_whereTheNewOneIsDemanded() throws IOException {
        listen(settings(TlsSettings.TLS_1_3, false, 60_000, 100));
        try (TlsConnection handshake = connect()) {
            assertThat(handshake.get("/").body()).isEqualTo("secure");
        }
        assertThatThrownBy(() -> TlsConnection.open(client(), port, "TLSv1.2")).isInstanceOf(IOException.class);
    }

    @Test
    void newCertificate_isForTheNextHandshake_andOpenConnectionsGoOn() throws IOException {
        listen();
        try (TlsConnection open = connect()) {
            assertThat(open.server()).isEqualTo("CN=first");
            certificates.install("second");
            Awaitility.await().atMost(LONG).until(() -> shown().equals("CN=second"));
            assertThat(open.get("/").body()).isEqualTo("secure");
            assertThat(open.server()).isEqualTo("CN=first");
        }
    }

    @Test
    void certificatesThatChangeUnderLoad_failNoHandshakeAndNoCall() throws Exception {
        listen();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        ConcurrentLinkedQueue<String> servers = new ConcurrentLinkedQueue<>();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> loads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                loads.add(threads.submit(() -> {
                    while (!over.get()) {
                        try (TlsConnection handshake = connect()) {
                            assertThat(handshake.get("/").body()).isEqualTo("secure");
                            servers.add(handshake.server());
                            calls.incrementAndGet();
                        }
                    }
                    return null;
                }));
            }
            for (String name : List.of("second", "first", "second", "first")) {
                certificates.install(name);
                servers.clear();
                Awaitility.await().atMost(LONG).until(() -> servers.contains("CN=" + name));
            }
            over.set(true);
            for (Future<?> load : loads) {
                load.get();
            }
            assertThat(calls).hasValueGreaterThan(4);
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"key of another", "expired", "early", "no key", "no PEM", "too large", "gone"})
    void badPair_isTold_andTheLastGoodOneStays(String kind) throws IOException {
        listen();
        switch (kind) {
            case "key of another" -> Certificates.write(certificates.keyFile(), certificates.key("second"));
            case "expired", "early" -> certificates.install(kind);
            case "no key" -> Certificates.write(certificates.keyFile(), "");
            case "no PEM" -> Certificates.write(certificates.certificateFile(), "certificate");
            case "too large" -> Certificates.write(certificates.keyFile(), " ".repeat(KeyFiles.MAX_BYTES + 1));
            default -> Files.delete(certificates.keyFile());
        }
        awaitTrouble(
                switch (kind) {
                    case "key of another" -> "the key is not that of the certificate";
                    case "expired" -> "the certificate ended at ";
                    case "early" -> "the certificate does not begin before ";
                    case "no key" -> "the file of key has no private key in PEM";
                    case "no PEM" -> "the file of certificate has no certificate in PEM";
                    case "too large" -> " has more than 1048576 bytes";
                    default -> "server.key (NoSuchFileException)";
                });
        assertThat(shown()).isEqualTo("CN=first");
        certificates.install("second");
        Awaitility.await().atMost(LONG).until(() -> shown().equals("CN=second"));
        Awaitility.await().atMost(LONG).until(() -> listener.trouble() == null);
    }

    @Test
    void listenerWithoutGoodFiles_opensWhenTheyCome() throws IOException {
        certificates.install("expired");
        listener.apply(settings(TlsSettings.TLS_1_2, false, 60_000, 100));
        awaitTrouble("the certificate ended at ");
        assertThat(jetty.getConnectors()).isEmpty();
        certificates.install("first");
        Awaitility.await().atMost(LONG).until(() -> jetty.getConnectors().length == 1);
        assertThat(shown()).isEqualTo("CN=first");
    }

    @Test
    void listenerWhosePortIsTaken_opensWhenItIsFree() throws IOException {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            listener.apply(settings(TlsSettings.TLS_1_2, false, 60_000, 100));
            awaitTrouble("cannot listen there");
            assertThat(taken.isBound()).isTrue();
        }
        Awaitility.await().atMost(LONG).until(() -> jetty.getConnectors().length == 1);
        assertThat(shown()).isEqualTo("CN=first");
    }

    @Test
    void certificateThatEndsWhileItIsServed_isTold_andServedOn() throws IOException {
        listener.close();
        Clock[] clock = {Clock.systemUTC()};
        listener = new TlsListener(this::publish, new Clock() {
            @Override
            public java.time.ZoneId getZone() {
                return clock[0].getZone();
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public java.time.Instant instant() {
                return clock[0].instant();
            }
        });
        listen();
        clock[0] = Clock.offset(Clock.systemUTC(), Duration.ofDays(31));
        awaitTrouble("the certificate ended at ");
        assertThat(shown()).isEqualTo("CN=first");
    }

    @Test
    void clientsThatNeedACertificate_areRefusedWithoutOneOfTheirAuthority() throws IOException {
        listen(settings(TlsSettings.TLS_1_2, true, 60_000, 100));
        try (TlsConnection handshake = TlsConnection.open(certificates.client("client", "first"), port)) {
            assertThat(handshake.get("/").body()).isEqualTo("secure");
        }
        for (String own : new String[] {null, "stranger"}) {
            assertThatThrownBy(() -> {
                        // With TLS 1.3 the client hears of it after its handshake.
                        try (TlsConnection handshake = TlsConnection.open(certificates.client(own, "first"), port)) {
                            handshake.get("/");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void silentConnection_isClosed() throws IOException {
        listen(settings(TlsSettings.TLS_1_2, false, 4000, 100));
        try (TlsConnection handshake = connect()) {
            assertThat(handshake.get("/").body()).isEqualTo("secure");
            assertThat(handshake.isClosed()).isTrue();
        }
    }

    @Test
    void connectionOverTheLimit_waitsForAnotherToEnd() throws Exception {
        listen(settings(TlsSettings.TLS_1_2, false, 60_000, 2));
        ExecutorService thread = Executors.newSingleThreadExecutor();
        TlsConnection one = connect();
        try (TlsConnection two = connect()) {
            assertThat(one.get("/").body()).isEqualTo("secure");
            Future<String> third = thread.submit(this::shown);
            // The others are served all the while.
            for (int i = 0; i < 20; i++) {
                assertThat(two.get("/").body()).isEqualTo("secure");
            }
            assertThat(third).isNotDone();
            one.close();
            assertThat(third.get()).isEqualTo("CN=first");
        } finally {
            one.close();
            thread.shutdownNow();
        }
    }

    @Test
    void otherSettings_replaceTheListener_andNoneEndIt() throws IOException {
        listen();
        int before = port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        listener.apply(settings(TlsSettings.TLS_1_2, false, 60_000, 100));
        Awaitility.await().atMost(LONG).ignoreExceptions().until(() -> shown().equals("CN=first"));
        assertThatThrownBy(() -> TlsConnection.open(client(), before)).isInstanceOf(IOException.class);
        listener.apply(TlsSettings.OFF);
        Awaitility.await().atMost(LONG).until(() -> jetty.getConnectors().length == 0);
        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }
}
