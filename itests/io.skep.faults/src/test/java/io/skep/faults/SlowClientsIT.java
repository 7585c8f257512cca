// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that are in no hurry, or are many: they cost their connections, and nobody else has to wait. */
@ExtendWith(SharedServer.class)
class SlowClientsIT {
    private static final String FILE = "io.skep.http.cfg";
    /** 10,000 need {@code ulimit -n 11000} here and for the server. */
    private static final int CONNECTIONS = Integer.getInteger("skep.connections", 2000);

    private static final int SHORT = 1000;

    @BeforeEach
    void configure(Instance instance) throws IOException {
        instance.configure(FILE, "head.timeout.millis = " + SHORT, "request.timeout.millis = " + SHORT);
    }

    @AfterEach
    void restore(Instance instance) throws IOException {
        instance.configure(FILE, "# All as it is by default.");
    }

    private static Socket connect(Instance instance) throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), instance.server().uri().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String head(Instance instance, String line, String... more) throws IOException {
        return line + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
                + instance.server().token() + "\r\n" + String.join("\r\n", more);
    }

    /**
     * Sends a byte now and then until the server has closed; answers what it said before, or null if it has not within a time
     * that is shorter than the limits are by default.
     */
    private static String trickle(Socket socket, int everyMillis) throws IOException {
        long until = System.nanoTime() + Duration.ofSeconds(8).toNanos();
        socket.setSoTimeout(everyMillis);
        StringBuilder said = new StringBuilder();
        byte[] bytes = new byte[2000];
        while (System.nanoTime() < until) {
            try {
                write(socket, "x");
                int count = socket.getInputStream().read(bytes);
                if (count < 0) {
                    return said.toString();
                }
                said.append(new String(bytes, 0, count, StandardCharsets.US_ASCII));
            } catch (SocketTimeoutException nothingYet) {
                assertThat(socket.isConnected()).isTrue();
            } catch (IOException reset) {
                return said.toString();
            }
        }
        return null;
    }

    @Test
    void headThatTrickles_isCutOff(Instance instance) throws Exception {
        Instance.await("heads are cut off", () -> {
            try (Socket slow = connect(instance)) {
                write(slow, head(instance, "GET /api/v1/tasks", "X: "));
                return "".equals(trickle(slow, 100));
            }
        });
    }

    @Test
    void bodyThatTrickles_isAnswered_andCutOff(Instance instance) throws Exception {
        Instance.await("bodies are cut off", () -> {
            try (Socket slow = connect(instance)) {
                write(slow, head(instance, "POST /api/v1/tasks", "Content-Length: 100000", "", "{\"description\":\""));
                String said = trickle(slow, 100);
                return said != null && said.startsWith("HTTP/1.1 503");
            }
        });
    }

    @Test
    void manySlowHeads_keepNobodyWaiting(Instance instance) throws Exception {
        instance.configure(FILE, "head.timeout.millis = 60000");
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                Socket socket = connect(instance);
                slow.add(socket);
                write(socket, head(instance, "POST /api/v1/tasks", "X: "));
            }
            long begin = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                assertThat(instance.server().client().isReady()).isTrue();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        } finally {
            close(slow);
        }
    }

    @Test
    void manyOpenConnections_areKept_andAnOrdinaryCallIsAnswered(Instance instance) throws Exception {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                Socket socket = connect(instance);
                open.add(socket);
                live(socket);
            }
            long begin = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                instance.server().client().metrics();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
            // They are still there, the oldest too.
            for (int i = 0; i < CONNECTIONS; i += CONNECTIONS / 20) {
                live(open.get(i));
            }
        } finally {
            close(open);
        }
    }

    private static void live(Socket socket) throws IOException {
        write(socket, "GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n");
        byte[] bytes = new byte[2000];
        InputStream in = socket.getInputStream();
        StringBuilder said = new StringBuilder();
        while (said.indexOf("}") < 0) {
            int count = in.read(bytes);
            assertThat(count).as(said.toString()).isPositive();
            said.append(new String(bytes, 0, count, StandardCharsets.US_ASCII));
        }
        assertThat(said.toString()).startsWith("HTTP/1.1 200");
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
