// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.base.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookRulesTest {
    @ParameterizedTest
    @CsvSource({
        "https://alerts.example/x, true, true",
        "HTTPS://alerts.example/x, true, true",
        "http://127.0.0.1:9/x, true, true",
        "http://localhost/x, true, true",
        "http://[::1]:80/x, true, true",
        "http://alerts.example/x, false, true",
        "http://127.0.0.1.example/x, false, true",
        "https://me:secret@alerts.example/x, false, false",
        "file:/etc/x, false, false",
        "ftp://127.0.0.1/x, false, false",
        "https:///x, false, false"
    })
    void plainHttp_isForThisMachineOnly_unlessItIsForAny(String uri, boolean isAllowed, boolean isAllowedPlain) {
        assertThat(Destination.isAllowed(URI.create(uri), false)).isEqualTo(isAllowed);
        assertThat(Destination.isAllowed(URI.create(uri), true)).isEqualTo(isAllowedPlain);
    }

    @Test
    void whatIsNoAddress_isSaidByItsName() {
        assertThat(Destination.of("x.url", " https://a.example/ ", false)).hasHost("a.example");
        for (String wrong : new String[] {"", "://", "http://a.example/"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Destination.of("x.url", wrong, false))
                    .withMessageStartingWith("x.url must be a URL of https");
        }
    }

    @Test
    void signature_isThatOfAnotherImplementation() {
        byte[] key = "key".getBytes(StandardCharsets.UTF_8);
        // By Python's hmac.
        String signature = "v1,fB2XeZo0vpUuPbDhB1jPPu7rK0d8zHp0IwtmfCXTb94=";
        assertThat(Signature.of(key, "far.1", 1_700_000_000, "{\"a\":1}")).isEqualTo(signature);
        assertThat(Signature.headers(key, "far.1", 1_700_000_000, "{\"a\":1}"))
                .containsEntry("Webhook-Id", "far.1")
                .containsEntry("Webhook-Timestamp", "1700000000")
                .containsEntry("Webhook-Signature", signature);
    }

    @Test
    void targetThatNeverAnswers_andOneThatIsNotThere_endInTimeWithAReason() throws IOException {
        Duration timeout = Duration.ofMillis(200);
        try (WebhookClient client = new WebhookClient("test-webhook")) {
            int port;
            try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = silent.getLocalPort();
                assertReason(client.post(uri(port), Map.of(), "{}", timeout), "it had not answered after 200 ms");
            }
            assertReason(client.post(uri(port), Map.of(), "{}", Duration.ofSeconds(10)), "it cannot be reached");
        }
    }

    private static URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    private static void assertReason(CompletableFuture<?> post, String reason) {
        assertThatThrownBy(() -> post.get(60, TimeUnit.SECONDS))
                .satisfies(failure -> assertThat(WebhookClient.reason(failure.getCause(), Duration.ofMillis(200)))
                        .startsWith(reason));
    }
}
