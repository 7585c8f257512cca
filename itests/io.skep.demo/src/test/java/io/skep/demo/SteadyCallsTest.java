// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.client.CapabilityAnswer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SteadyCallsTest {
    private static final Duration PATIENCE = Duration.ofMillis(200);

    @Test
    void calls_areCounted_andTheNewestAnswerSaysWhoServes() throws Exception {
        CountDownLatch many = new CountDownLatch(20);
        SteadyCalls calls = new SteadyCalls(number -> {
            many.countDown();
            return CompletableFuture.completedFuture(answer(number < 10 ? "1.0.0" : "1.1.0"));
        });
        calls.begin();
        assertThat(many.await(10, TimeUnit.SECONDS)).isTrue();

        SteadyCalls.Counted counted = calls.end(PATIENCE);

        assertThat(counted.calls()).isGreaterThanOrEqualTo(20);
        assertThat(counted.failed()).isZero();
        assertThat(counted.last()).isEqualTo("1.1.0");
    }

    @Test
    void calls_thatFail_orNeverEnd_areFailed() throws Exception {
        CountDownLatch three = new CountDownLatch(3);
        SteadyCalls calls = new SteadyCalls(number -> {
            three.countDown();
            return switch (number) {
                case 0 ->
                    CompletableFuture.completedFuture(
                            new CapabilityAnswer(503, new ObjectMapper().createObjectNode(), null));
                case 1 -> CompletableFuture.failedFuture(new IOException("reset"));
                default -> new CompletableFuture<>();
            };
        });
        calls.begin();
        assertThat(three.await(10, TimeUnit.SECONDS)).isTrue();

        SteadyCalls.Counted counted = calls.end(PATIENCE);

        assertThat(counted.failed()).isEqualTo(counted.calls()).isGreaterThanOrEqualTo(3);
        assertThat(counted.last()).isEqualTo("nobody answered");
    }

    private static CapabilityAnswer answer(String version) {
        JsonNode body = new ObjectMapper()
                .createObjectNode()
                .put("version", version)
                .set("data", new ObjectMapper().createObjectNode().put("version", version));
        return new CapabilityAnswer(200, body, null);
    }
}
