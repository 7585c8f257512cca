// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.plugin.base.webhook.Destination;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScalingSettingsTest {
    /** A configuration that says this, and nothing else. */
    private static ScalingSettings read(Map<String, Object> said) {
        ScalingConfig config = (ScalingConfig) Proxy.newProxyInstance(
                ScalingConfig.class.getClassLoader(),
                new Class<?>[] {ScalingConfig.class},
                (proxy, method, given) ->
                        said.getOrDefault(method.getName().replace('_', '.'), method.getDefaultValue()));
        return ScalingSettings.of(config, said);
    }

    @Test
    void configurationThatSaysNothing_isTheDefault() {
        assertThat(read(Map.of())).isEqualTo(ScalingSettings.DEFAULT);
    }

    @Test
    void shippedFile_namesEachDefault() throws Exception {
        String file = Files.readString(
                Path.of("../../karaf-assembly/src/main/resources/etc/io.skep.plugin.monitoring.scaling.cfg"));
        for (var method : ScalingConfig.class.getDeclaredMethods()) {
            String line = "#" + method.getName().replace('_', '.') + " = " + method.getDefaultValue();
            assertThat(file).contains(line.strip());
        }
    }

    @Test
    void valueThatIsWrong_isRefusedByName() {
        assertWrong("scaling.mode", "maybe", "scaling.mode must be act or propose, not maybe");
        assertWrong("scaling.look.millis", 99, "scaling.look.millis must be 100 to 60000, not 99");
        assertWrong(
                "scaling.target.utilisation.percent", 0, "scaling.target.utilisation.percent must be 1 to 100, not 0");
        assertWrong(
                "scaling.cost.ceiling.micros",
                -1L,
                "scaling.cost.ceiling.micros must be 0 to 9223372036854775807, not -1");
        assertWrong("scaling.webhooks", "x", "scaling.webhook.x.url" + Destination.RULE);
    }

    private static void assertWrong(String key, Object value, String message) {
        assertThatThrownBy(() -> read(Map.of(key, value))).hasMessage(message);
    }

    @Test
    void webhooks_areReadByTheirNames() {
        Map<String, Object> said = new HashMap<>(Map.of("scaling.webhooks", "a, b"));
        for (String name : List.of("a", "b")) {
            said.put("scaling.webhook." + name + ".url", "https://fleet.example.org/" + name);
            said.put("scaling.webhook." + name + ".secret", "a secret that is long enough");
        }
        said.put("scaling.webhook.b.agents", "other-");
        assertThat(read(said).webhooks())
                .extracting(
                        WebhookFleet::name,
                        WebhookFleet::agents,
                        fleet -> fleet.like().max())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a", "a-", 1),
                        org.assertj.core.groups.Tuple.tuple("b", "other-", 1));
    }
}
