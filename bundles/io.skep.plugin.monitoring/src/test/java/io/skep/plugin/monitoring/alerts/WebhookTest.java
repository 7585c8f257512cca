// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookTest {
    private static final Delivery DELIVERY = new Delivery("d", 0, "g", List.of(), 0, 0, null, false);

    @ParameterizedTest
    @CsvSource({
        "https://alerts.example/x, true",
        "http://127.0.0.1:9/x, true",
        "http://localhost/x, true",
        "http://[::1]:80/x, true",
        "http://alerts.example/x, false",
        "http://127.0.0.1.example/x, false",
        "https://me:secret@alerts.example/x, false",
        "file:/etc/x, false",
        "https:///x, false"
    })
    void plainHttp_isForThisMachineOnly(String uri, boolean safe) {
        assertThat(Webhook.isSafe(URI.create(uri))).isEqualTo(safe);
    }

    @Test
    void targetThatNeverAnswers_isGivenUpInTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
            try (Webhook webhook = new Webhook(uri, Duration.ofMillis(200), Object::toString)) {
                assertThatThrownBy(() ->
                                webhook.send(DELIVERY).toCompletableFuture().get(10, TimeUnit.SECONDS))
                        .hasMessageContaining("TimeoutException");
            }
        }
    }
}
