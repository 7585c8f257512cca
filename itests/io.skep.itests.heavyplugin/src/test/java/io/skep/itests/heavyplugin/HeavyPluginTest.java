// SPDX-License-Identifier: Apache-2.0
package io.skep.itests.heavyplugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.testkit.plugin.OrchestrationPluginContract;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class HeavyPluginTest extends OrchestrationPluginContract {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Override
    protected OrchestrationPlugin create() {
        return new HeavyPlugin("1.0.0");
    }

    @Test
    void lookup_answersInCapitals_andSaysWho() {
        try (HeavyPlugin plugin = new HeavyPlugin("1.2.3")) {
            assertThat(plugin.process(new IntegrationRequest("heavy_lookup", null, null, "{\"word\":\"one\"}"))
                            .toCompletableFuture())
                    .succeedsWithin(LONG)
                    .extracting(response -> ((IntegrationResponse.Answered) response).data())
                    .asString()
                    .contains("\"capitals\":\"ONE\"", "\"version\":\"1.2.3\"");
        }
    }

    @Test
    void words_expire_byThemselves() {
        try (Lookups lookups = new Lookups("1.0.0")) {
            assertThat(lookups.find("one", capitals -> capitals).join()).isEqualTo("ONE");
            Awaitility.await().atMost(LONG).until(() -> lookups.expired() == 1);
            assertThat(lookups.medianMicros()).isNotNegative();
        }
    }
}
