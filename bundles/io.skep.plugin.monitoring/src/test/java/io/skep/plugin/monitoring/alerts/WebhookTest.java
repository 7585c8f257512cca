// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.alerts;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WebhookTest {
    private static final Delivery DELIVERY = new Delivery("d", 0, "g", List.of(), 0, 0, null, false);

    @Test
    void targetThatNeverAnswers_isGivenUpInTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
            try (Webhook webhook = new Webhook(uri, Duration.ofMillis(200), Object::toString)) {
                assertThatThrownBy(() ->
                                webhook.send(DELIVERY).toCompletableFuture().get(60, TimeUnit.SECONDS))
                        .hasMessageContaining("had not answered after 200 ms");
            }
        }
    }
}
