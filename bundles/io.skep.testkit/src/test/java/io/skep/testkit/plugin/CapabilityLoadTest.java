// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CapabilityLoadTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final List<Capability> CAPABILITIES =
            List.of(RecordingPlugin.capability("a", "x", "y"), RecordingPlugin.capability("b", "z"));
    private static final List<IntegrationRequest> REQUESTS =
            CapabilityLoad.examples(CAPABILITIES, Operation::idempotent);

    private static CompletionStage<IntegrationResponse> ended(IntegrationResponse response) {
        return CompletableFuture.completedFuture(response);
    }

    @Test
    void examples_areThoseThatAreWanted() {
        assertThat(REQUESTS).extracting(IntegrationRequest::operation).containsExactly("x", "y", "z");
        assertThat(CapabilityLoad.examples(CAPABILITIES, Operation::sideEffectFree))
                .isEmpty();
        assertThatThrownBy(() -> new CapabilityLoad(List.of(), r -> null, CapabilityLoad.Checker.ANY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void calls_areMadeAtTheirRate_inTurn() throws Exception {
        RecordingPlugin plugin = new RecordingPlugin("p");
        LoadReport report =
                new CapabilityLoad(REQUESTS, plugin::process, CapabilityLoad.Checker.ANY).run(500, SHORT, 2);
        assertThat(report.counts()).isEqualTo(new LoadReport.Counts(100, 100, 0, 0, 0, 0, 0));
        assertThat(report.counts().bad()).isZero();
        assertThat(report.nanos().getTotalCount()).isEqualTo(100);
        assertThat(report.complaints()).isEmpty();
        assertThat(report.millis(50)).isLessThanOrEqualTo(report.longestMillis());
    }

    @Test
    void everyEnding_isCountedApart() throws Exception {
        AtomicInteger number = new AtomicInteger();
        CapabilityLoad load = new CapabilityLoad(
                REQUESTS,
                request -> switch (number.getAndIncrement() % 8) {
                    case 0 -> ended(new IntegrationResponse.Answered("1"));
                    case 1 -> ended(new IntegrationResponse.Answered("wrong"));
                    case 2 -> ended(new IntegrationResponse.Declined("no"));
                    case 3 -> ended(new IntegrationResponse.Failed("p", "broke"));
                    case 4 -> ended(new IntegrationResponse.TimedOut("p", SHORT));
                    case 5 -> ended(new IntegrationResponse.Gone("nobody"));
                    case 6 -> CompletableFuture.failedFuture(new IllegalStateException("boom"));
                    default -> null;
                },
                (request, answer) -> answer.data().equals("wrong") ? "answered wrongly" : null);
        LoadReport report = load.run(400, SHORT, 1);
        assertThat(report.counts()).isEqualTo(new LoadReport.Counts(80, 20, 10, 30, 10, 10, 10));
        assertThat(report.counts().bad()).isEqualTo(70);
        assertThat(report.counts().open()).isZero();
        assertThat(report.complaints()).hasSize(20).anyMatch(said -> said.endsWith("answered wrongly"));
        assertThat(report).asString().contains("p99.9", "broke", "boom");
    }

    @Test
    void checkerThatThrows_hasFoundFault() throws Exception {
        CapabilityLoad load = new CapabilityLoad(
                REQUESTS, request -> ended(new IntegrationResponse.Answered("{")), (request, answer) -> {
                    throw new IllegalStateException("no JSON: " + answer.data());
                });
        LoadReport report = load.run(100, SHORT, 1);
        assertThat(report.counts()).isEqualTo(new LoadReport.Counts(20, 20, 0, 0, 0, 0, 20));
        assertThat(report.complaints()).hasSize(20).allMatch(said -> said.endsWith("no JSON: {"));
    }

    @Test
    void time_isTakenFromWhenACallWasDue() throws Exception {
        CapabilityLoad load = new CapabilityLoad(
                REQUESTS,
                request -> ended(new CompletableFuture<IntegrationResponse>()
                        .completeOnTimeout(new IntegrationResponse.Answered("1"), 20, TimeUnit.MILLISECONDS)
                        .join()),
                CapabilityLoad.Checker.ANY);
        LoadReport report = load.run(100, SHORT, 1);
        assertThat(report.counts().answered()).isEqualTo(20);
        // Each holds the only caller for 20 ms while one is due every 10 ms: the last is late by all of that.
        assertThat(report.longestMillis()).isGreaterThan(150);
    }

    @Test
    void load_canBeStopped_andLookedAt() throws Exception {
        AtomicReference<CapabilityLoad> self = new AtomicReference<>();
        AtomicInteger number = new AtomicInteger();
        CapabilityLoad load = new CapabilityLoad(
                REQUESTS,
                request -> {
                    if (number.incrementAndGet() == 10) {
                        self.get().stop();
                    }
                    return ended(new IntegrationResponse.Answered("1"));
                },
                CapabilityLoad.Checker.ANY);
        self.set(load);
        assertThat(load.run(1000, Duration.ofMinutes(5), 1).counts().answered()).isEqualTo(10);
        assertThat(load.soFar().counts().begun()).isEqualTo(10);
    }
}
