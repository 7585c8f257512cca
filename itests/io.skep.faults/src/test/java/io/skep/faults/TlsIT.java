// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.client.SkepServer;
import io.skep.testkit.Certificates;
import io.skep.testkit.TlsConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The listener with TLS of the distribution, from its configuration file to the calls that come by it. */
@ExtendWith(SharedServer.class)
class TlsIT {
    private static final String FILE = "io.skep.http.tls.cfg";

    @TempDir
    static Path directory;

    private static Certificates certificates;
    private static SSLContext client;
    private static int port;

    @BeforeAll
    static void make() throws IOException {
        certificates = new Certificates(directory).make("first").make("second").makeExpired("expired");
        client = certificates.client(null, "first", "second");
        port = SkepServer.freePort();
    }

    private static void listen(Instance instance, String host) throws Exception {
        certificates.install("first");
        instance.configure(
                FILE,
                "port = " + port,
                "host = " + host,
                "certificate = " + certificates.certificateFile(),
                "key = " + certificates.keyFile(),
                "look.millis = 100");
        Instance.await("it listens with TLS", () -> shows("CN=first"));
    }

    @AfterEach
    void close(Instance instance) throws Exception {
        instance.configure(FILE, "port = 0");
        Instance.await("it listens no more", () -> !shows("CN=first") && !shows("CN=second"));
    }

    private static String shown() throws IOException {
        try (TlsConnection connection = TlsConnection.open(client, port)) {
            return connection.server();
        }
    }

    private static boolean shows(String name) {
        try {
            return shown().equals(name);
        } catch (IOException nobodyListens) {
            return false;
        }
    }

    private static TlsConnection.Answer tasks(TlsConnection connection, Instance instance) throws IOException {
        return connection.get(
                "/api/v1/tasks", "Authorization: Bearer " + instance.server().token());
    }

    @Test
    void callsByTls_areAnswered_andSayThatTheyStaySo(Instance instance) throws Exception {
        listen(instance, "127.0.0.1");
        try (TlsConnection connection = TlsConnection.open(client, port)) {
            assertThat(tasks(connection, instance).status()).isEqualTo(200);
            TlsConnection.Answer nobody = connection.get("/api/v1/tasks");
            assertThat(nobody.status()).isEqualTo(401);
            assertThat(nobody.headers())
                    .containsEntry("strict-transport-security", "max-age=31536000")
                    .containsEntry("cache-control", "no-store")
                    .doesNotContainKey("server");
        }
        assertThat(new RawHttp(instance.server()).open("/health/live").headers().map())
                .doesNotContainKey("strict-transport-security");
    }

    @Test
    void certificateIsReplacedUnderLoad_andNoCallFails(Instance instance) throws Exception {
        listen(instance, "127.0.0.1");
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        ConcurrentHashMap<String, Integer> seen = new ConcurrentHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (TlsConnection open = TlsConnection.open(client, port)) {
            assertThat(tasks(open, instance).status()).isEqualTo(200);
            List<Future<?>> loads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                loads.add(threads.submit(() -> {
                    while (!over.get()) {
                        try (TlsConnection connection = TlsConnection.open(client, port)) {
                            assertThat(tasks(connection, instance).status()).isEqualTo(200);
                            assertThat(tasks(connection, instance).status()).isEqualTo(200);
                            seen.merge(connection.server(), 1, Integer::sum);
                            calls.addAndGet(2);
                        }
                    }
                    return null;
                }));
            }
            for (String name : List.of("second", "first", "second")) {
                certificates.install(name);
                seen.clear();
                Instance.await("handshakes show " + name, () -> seen.containsKey("CN=" + name));
                assertThat(tasks(open, instance).status()).isEqualTo(200);
            }
            over.set(true);
            for (Future<?> load : loads) {
                load.get();
            }
            assertThat(open.server()).isEqualTo("CN=first");
            assertThat(calls).hasValueGreaterThan(6);
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    @Test
    void certificateThatCannotServe_isNamedOnce_andTheLastGoodOneStays(Instance instance) throws Exception {
        listen(instance, "127.0.0.1");
        int from = instance.log().size();
        certificates.install("expired");
        assertThat(instance.awaitLog(from, "ERROR", "TLS on 127.0.0.1:" + port, "the certificate ended at "))
                .contains("the last good certificate stays");
        assertThat(shown()).isEqualTo("CN=first");
        certificates.install("second");
        Instance.await("the next good one is shown", () -> shows("CN=second"));
        assertThat(instance.log().stream().skip(from).filter(line -> line.contains("the certificate ended at ")))
                .hasSize(1);
    }

    @Test
    void callsFromOutside_needThePlugin_byTlsToo(Instance instance) throws Exception {
        Optional<InetAddress> outside = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .findFirst();
        Assumptions.assumeTrue(outside.isPresent(), "this machine has a loopback address only");
        listen(instance, "0.0.0.0");
        try (TlsConnection connection = TlsConnection.open(client, outside.get(), port)) {
            TlsConnection.Answer answer = tasks(connection, instance);
            assertThat(answer.status()).as(answer.body()).isEqualTo(401);
            assertThat(answer.body()).contains("on the server's own machine only");
        }
    }
}
