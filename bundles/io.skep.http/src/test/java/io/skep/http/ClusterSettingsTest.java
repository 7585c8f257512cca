// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.service.component.ComponentException;

class ClusterSettingsTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path directory;

    private final SkepServlet servlet = new SkepServlet(Settings.DEFAULT, Duration.ofSeconds(1));
    private Map<String, Object> good;

    static SkepServlet.ClusterConfig config(Map<String, Object> values) {
        return (SkepServlet.ClusterConfig) Proxy.newProxyInstance(
                ClusterSettingsTest.class.getClassLoader(),
                new Class<?>[] {SkepServlet.ClusterConfig.class},
                (p, method, args) -> {
                    Object value = values.getOrDefault(method.getName().replace('_', '.'), method.getDefaultValue());
                    if (method.getReturnType() == int.class && !(value instanceof Integer)) {
                        throw new ComponentException("cannot be a number: " + value);
                    }
                    return value;
                });
    }

    @BeforeEach
    void writeSecret() throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), SECRET + "\n");
        good = Map.of("url", "http://node-a:8181/", "secret.file", file.toString(), "park.millis", 300);
        Files.writeString(directory.resolve("short"), "too short");
        Files.writeString(directory.resolve("empty.pem"), "");
    }

    @Test
    void nodeWithoutUrl_worksAlone() {
        servlet.configure(config(Map.of("secret.file", "/nowhere")));
        assertThat(servlet.forwarding().isOn()).isFalse();
    }

    @Test
    void configuration_isTakenOver_andTheUrlIsToldToTheOthers() {
        FakeCluster cluster = new FakeCluster("a");
        servlet.bindCluster(cluster);
        servlet.configure(config(good));
        ClusterSettings settings = servlet.forwarding().settings();
        assertThat(settings.url()).isEqualTo("http://node-a:8181").isEqualTo(cluster.advertised);
        assertThat(settings.secret()).asString().isEqualTo(SECRET);
        assertThat(settings.park()).isEqualTo(Duration.ofMillis(300));
        servlet.configure(config(Map.of()));
        assertThat(cluster.advertised).isNull();
        servlet.unbindCluster(cluster);
    }

    @ParameterizedTest
    @CsvSource({
        "url, ftp://a:1",
        "url, http://a:1/path",
        "url, http://a:1?x=1",
        "url, not a url",
        "url, http:///",
        "secret.file, ''",
        "secret.file, nowhere",
        "secret.file, short",
        "trust.file, nowhere.pem",
        "trust.file, empty.pem",
        "max.forwards, 0",
        "max.parked, -1",
        "park.millis, many"
    })
    void wrongValue_leavesTheLastGoodOnes(String property, String wrong) {
        servlet.configure(config(good));
        Map<String, Object> values = new HashMap<>(good);
        boolean isFile = property.endsWith(".file") && !wrong.isEmpty();
        Object value = isFile ? directory.resolve(wrong).toString() : wrong;
        values.put(property, wrong.matches("-?[0-9]+") ? (Object) Integer.valueOf(wrong) : value);
        values.put("park.millis", values.get("park.millis").equals(300) ? 400 : values.get("park.millis"));
        servlet.configure(config(values));
        assertThat(servlet.forwarding().settings().park()).isEqualTo(Duration.ofMillis(300));
    }
}
