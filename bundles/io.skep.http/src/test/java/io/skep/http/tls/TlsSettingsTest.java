// SPDX-License-Identifier: Apache-2.0
package io.skep.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.testkit.Certificates;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.felix.http.jetty.ConnectorFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.component.ComponentException;

class TlsSettingsTest {
    private static final TlsSettings.Texts NO_TEXTS = new TlsSettings.Texts("127.0.0.1", "", "", "", "TLSv1.2");

    private static TlsSettings.Numbers numbers(int port) {
        return new TlsSettings.Numbers(() -> port, () -> 1000, () -> 60_000, () -> 20_000);
    }

    /** The configuration as the component runtime hands it over: a value that is no number throws when it is read. */
    private static TlsComponent.Config config(Map<String, Object> values) {
        return (TlsComponent.Config) Proxy.newProxyInstance(
                TlsSettingsTest.class.getClassLoader(),
                new Class<?>[] {TlsComponent.Config.class},
                (proxy, method, arguments) -> {
                    Object value = values.getOrDefault(method.getName().replace('_', '.'), method.getDefaultValue());
                    if (method.getReturnType().equals(int.class) && !(value instanceof Integer)) {
                        throw new ComponentException("cannot be a number: " + value);
                    }
                    return value;
                });
    }

    @Test
    void configuration_isTakenOver() {
        assertThat(TlsSettings.of(NO_TEXTS, numbers(0))).isEqualTo(TlsSettings.OFF);
        TlsSettings settings = TlsSettings.of(
                new TlsSettings.Texts("0.0.0.0", "/c", " /k ", "/a", "TLSv1.3"),
                new TlsSettings.Numbers(() -> 8443, () -> 500, () -> 5000, () -> 7));
        assertThat(settings)
                .isEqualTo(new TlsSettings(
                        "0.0.0.0",
                        8443,
                        Path.of("/c"),
                        Path.of("/k"),
                        Path.of("/a"),
                        "TLSv1.3",
                        Duration.ofMillis(500),
                        Duration.ofSeconds(5),
                        7));
        assertThat(settings.isOn()).isTrue();
        assertThat(settings.protocols()).containsExactly("TLSv1.3");
    }

    @Test
    void wrongValues_areNamed() {
        assertThatThrownBy(() -> TlsSettings.of(NO_TEXTS, numbers(8443)))
                .hasMessage("certificate is missing, key is missing");
        assertThatThrownBy(() -> TlsSettings.of(
                        new TlsSettings.Texts("", "\0", "k", "", "SSLv3"),
                        new TlsSettings.Numbers(() -> 70_000, () -> 1, () -> Integer.parseInt("x"), () -> 0)))
                .hasMessage("port = 70000 is not within 0 and 65535, look.millis = 1 is not within 100 and 3600000, "
                        + "idle.millis is not a whole number, max.connections = 0 is not within 1 and 1000000, "
                        + "host is missing, oldest.protocol = SSLv3 is neither TLSv1.2 nor TLSv1.3, "
                        + "certificate is not the name of a file, key = k is no absolute path");
    }

    @Test
    void component_listens_andKeepsTheLastGoodSettings(@TempDir Path directory) throws Exception {
        Certificates certificates = new Certificates(directory).make("server");
        certificates.install("server");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<ConnectorFactory> published = new CopyOnWriteArrayList<>();
        TlsListener listener = new TlsListener(
                factory -> {
                    published.add(factory);
                    return () -> published.remove(factory);
                },
                Clock.systemUTC());
        TlsComponent component = new TlsComponent(listener, config(Map.of()));
        Map<String, Object> good = Map.of(
                "port",
                port,
                "look.millis",
                100,
                "certificate",
                certificates.certificateFile().toString(),
                "key",
                certificates.keyFile().toString());
        component.modified(config(good));
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> published.size() == 1);
        ConnectorFactory first = published.get(0);
        component.modified(config(Map.of("port", "many")));
        component.modified(config(Map.of("port", port)));
        component.modified(config(good));
        assertThat(published).containsExactly(first);
        component.close();
        assertThat(published).isEmpty();
    }
}
