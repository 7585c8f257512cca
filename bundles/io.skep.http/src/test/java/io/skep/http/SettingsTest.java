// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.service.component.ComponentException;

class SettingsTest {
    /** The configuration as the component runtime hands it over: a value that is no number throws when it is read. */
    static SkepServlet.Config config(Map<String, Object> values) {
        return (SkepServlet.Config) Proxy.newProxyInstance(
                SettingsTest.class.getClassLoader(), new Class<?>[] {SkepServlet.Config.class}, (p, method, args) -> {
                    Object value = values.getOrDefault(method.getName().replace('_', '.'), method.getDefaultValue());
                    if (value instanceof Integer) {
                        return value;
                    }
                    throw new ComponentException("cannot be a number: " + value);
                });
    }

    @Test
    void configuration_isTakenOver() {
        SkepServlet servlet = new SkepServlet(config(Map.of()), ClusterSettingsTest.config(Map.of()));
        assertThat(servlet.settings()).isEqualTo(Settings.DEFAULT);
        servlet.configure(config(Map.of("max.event.streams", 3, "request.timeout.millis", 5000)));
        assertThat(servlet.settings().maxEventStreams()).isEqualTo(3);
        assertThat(servlet.settings().requestTimeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void wrongValue_leavesTheLastGoodOnes() {
        SkepServlet servlet =
                new SkepServlet(config(Map.of("max.object.bytes", 2048)), ClusterSettingsTest.config(Map.of()));
        for (Object wrong : new Object[] {"many", -1, 0, Integer.MAX_VALUE}) {
            Map<String, Object> values = new HashMap<>();
            values.put("max.object.bytes", wrong);
            values.put("max.event.streams", 7);
            servlet.configure(config(values));
            assertThat(servlet.settings().maxObjectBytes()).isEqualTo(2048);
            assertThat(servlet.settings().maxEventStreams()).isEqualTo(Settings.EVENT_STREAMS);
        }
    }

    @Test
    void wrongValues_areNamed() {
        assertThatThrownBy(() -> Settings.of(() -> 5, () -> 5000, () -> 5000, () -> 2, () -> 1, () -> 1000))
                .hasMessage("max.object.bytes = 5 is not within 1024 and 268435456");
        assertThatThrownBy(() -> Settings.of(() -> 5, () -> 5000, () -> 5, () -> -2, () -> -1, () -> 1))
                .hasMessageContaining("max.object.bytes = 5 ")
                .hasMessageContaining("max.jar.bytes = 5 ")
                .hasMessageContaining("max.payload.uploads = -2 ")
                .hasMessageContaining("max.event.streams = -1 ")
                .hasMessageContaining("request.timeout.millis = 1 ");
        assertThatThrownBy(() -> Settings.of(
                        () -> 5000,
                        () -> Integer.parseInt("x"),
                        () -> 5,
                        () -> 2,
                        () -> Integer.parseInt("y"),
                        () -> 1000))
                .hasMessageContaining("max.array.bytes")
                .hasMessageContaining("max.event.streams");
        assertThatThrownBy(() -> Settings.of(() -> 5000, () -> 5000, () -> 5, () -> 2, () -> 1, () -> 1000))
                .hasMessageContaining("max.jar.bytes = 5");
    }
}
