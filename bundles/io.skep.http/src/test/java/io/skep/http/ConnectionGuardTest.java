// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.http.ConnectionGuard.Limits;
import io.skep.testkit.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Jetty whose connections are looked after from its first request on, as Felix has it. */
class ConnectionGuardTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final int SHORT = 2000;

    private final Server jetty = new Server();
    private SmallConnections connections;
    private ServerConnector connector;

    @BeforeEach
    void start() throws Exception {
        HttpConfiguration configuration = new HttpConfiguration();
        connections = new SmallConnections(limits(100, SHORT));
        configuration.addCustomizer(connections.createCustomizer());
        connector = new ServerConnector(jetty, 1, 1, new HttpConnectionFactory(configuration));
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        jetty.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                String body = Content.Source.asString(request);
                Content.Sink.write(response, true, "got " + body.length(), callback);
                return true;
            }
        });
        jetty.start();
        try (Raw first = new Raw(connector.getLocalPort())) {
            assertThat(first.ask(GET)).startsWith("HTTP/1.1 200");
        }
    }

    @AfterEach
    void stop() throws Exception {
        connections.close();
        jetty.stop();
    }

    private static SkepServlet.Config limits(int most, int headMillis) {
        return SettingsTest.config(Map.of("max.connections", most, "head.timeout.millis", headMillis));
    }

    /** A connection. */
    private static final class Raw implements AutoCloseable {
        private final Socket socket;
        /** Before anything came to the server that is not answered: its time may begin with the connection. */
        private long sinceNanos = System.nanoTime();

        Raw(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(60_000);
        }

        void write(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        /** The first bytes of an answer. */
        String ask(String text) throws IOException {
            sinceNanos = System.nanoTime();
            write(text);
            byte[] answer = new byte[1000];
            InputStream in = socket.getInputStream();
            int count = in.read(answer);
            return count < 0 ? "closed" : new String(answer, 0, count, StandardCharsets.US_ASCII);
        }

        /** Sends that, and then a byte now and then until the server has closed; answers after what time. */
        Duration trickle(String first, String text) throws IOException {
            write(first);
            socket.setSoTimeout(50);
            for (int i = 0; ; i++) {
                try {
                    write(text.substring(i % text.length(), i % text.length() + 1));
                    if (socket.getInputStream().read() < 0) {
                        return Duration.ofNanos(System.nanoTime() - sinceNanos);
                    }
                } catch (java.net.SocketTimeoutException nothingYet) {
                    assertThat(System.nanoTime() - sinceNanos).isLessThan(HttpTestBase.LONG.toNanos());
                } catch (IOException reset) {
                    return Duration.ofNanos(System.nanoTime() - sinceNanos);
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Waits until that is the limit, and nobody is connected any more. */
    private void limit(int most) {
        connections.modified(limits(most, 20_000));
        Awaitility.await().atMost(HttpTestBase.LONG).until(() -> {
            NetworkConnectionLimit limit = connector.getBean(NetworkConnectionLimit.class);
            return limit != null
                    && limit.getMaxNetworkConnectionCount() == most
                    && connector.getConnectedEndPoints().isEmpty();
        });
    }

    private Raw open() throws IOException {
        return new Raw(connector.getLocalPort());
    }

    @Test
    void headThatTrickles_endsTheConnection() throws IOException {
        try (Raw slow = open()) {
            assertThat(slow.trickle("GET / HTTP/1.1\r\nX: ", "x")).isGreaterThan(Duration.ofMillis(SHORT - 50));
        }
        try (Raw second = open()) {
            assertThat(second.ask(GET)).startsWith("HTTP/1.1 200");
            assertThat(second.trickle("GET /", "x")).isGreaterThan(Duration.ofMillis(SHORT - 50));
        }
    }

    @Test
    void connectionWithoutARequest_mayBeSilent_andBodiesMayBeSlow() throws IOException {
        try (Raw silent = open();
                Raw body = open();
                Raw slow = open()) {
            assertThat(silent.ask(GET)).startsWith("HTTP/1.1 200");
            body.write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nab");
            // By then the other two have waited for as long.
            slow.trickle("GET / HTTP/1.1\r\nX: ", "x");
            assertThat(silent.ask(GET)).startsWith("HTTP/1.1 200");
            assertThat(body.ask("cd")).contains("got 4");
        }
    }

    @Test
    void slowClients_holdNoThread() throws IOException {
        connections.modified(limits(100, 20_000));
        List<Raw> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                Raw one = open();
                one.write("GET / HTTP/1.1\r\nX: ");
                slow.add(one);
            }
            try (Raw other = open()) {
                assertThat(other.ask(GET)).startsWith("HTTP/1.1 200");
            }
            Awaitility.await()
                    .atMost(HttpTestBase.LONG)
                    .until(() -> jetty.getThreadPool().getThreads()
                                    - jetty.getThreadPool().getIdleThreads()
                            < 20);
        } finally {
            for (Raw one : slow) {
                one.close();
            }
        }
    }

    @Test
    void connectionOverTheLimit_waits_andALimitCanBeRaised() throws Exception {
        limit(2);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Raw one = open();
        try (Raw two = open()) {
            Awaitility.await().atMost(HttpTestBase.LONG).until(() -> !connector.isAccepting());
            assertThat(one.ask(GET)).startsWith("HTTP/1.1 200");
            Future<String> third = thread.submit(() -> {
                try (Raw late = open()) {
                    return late.ask(GET);
                }
            });
            for (int i = 0; i < 20; i++) {
                assertThat(two.ask(GET)).startsWith("HTTP/1.1 200");
            }
            assertThat(third).isNotDone();
            one.close();
            assertThat(third.get()).startsWith("HTTP/1.1 200");
        } finally {
            one.close();
            thread.shutdownNow();
        }
    }

    @Test
    void endOfTheGuard_isTheEndOfTheLimit() throws Exception {
        limit(1);
        try (Raw one = open()) {
            Awaitility.await().atMost(HttpTestBase.LONG).until(() -> !connector.isAccepting());
            connections.close();
            Awaitility.await().atMost(HttpTestBase.LONG).until(connector::isAccepting);
            assertThat(one.ask(GET)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void handshakeThatDoesNotEnd_endsTheConnection(@TempDir Path directory) throws Exception {
        Certificates certificates = new Certificates(directory).make("server");
        SslContextFactory.Server ssl = new SslContextFactory.Server();
        ssl.setKeyStorePath(directory.resolve("certificates.p12").toString());
        ssl.setKeyStorePassword("changeit");
        ServerConnector tls = new ServerConnector(
                jetty, 1, 1, new SslConnectionFactory(ssl, "http/1.1"), new HttpConnectionFactory());
        tls.setHost("127.0.0.1");
        jetty.addConnector(tls);
        tls.start();
        assertThat(certificates.certificate("server")).isNotNull();
        try (Raw slow = new Raw(tls.getLocalPort())) {
            // The head of a record of 16,128 bytes, of which a few come.
            assertThat(slow.trickle("\u0016\u0003\u0001?\u0000", "\u0001"))
                    .isGreaterThan(Duration.ofMillis(SHORT - 50));
        }
    }

    @Test
    void wrongLimits_areNamed_andTheLastGoodOnesStay() throws IOException {
        connections.modified(SettingsTest.config(Map.of("max.connections", 0)));
        connections.modified(SettingsTest.config(Map.of("head.timeout.millis", "many")));
        try (Raw slow = open()) {
            assertThat(slow.trickle("GET / HTTP/1.1\r\nX: ", "x")).isLessThan(HttpTestBase.LONG);
        }
        assertThatThrownBy(() -> Limits.of(() -> 0, () -> 1000))
                .hasMessage("max.connections = 0 is not within 1 and 1000000");
        assertThatThrownBy(() -> Limits.of(() -> 1, () -> Integer.parseInt("x")))
                .hasMessage("head.timeout.millis is not a whole number");
        assertThat(Limits.of(() -> 20_000, () -> 10_000)).isEqualTo(Limits.DEFAULT);
    }
}
