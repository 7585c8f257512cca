// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.testkit.plugin.FakeOrchestrator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CallLoadTest {
    private static final Ask ASK = new Ask("sample", "sample_echo", "echo", "{}");
    private static final IntegrationResponse ANSWER = new IntegrationResponse.Answered(
            "{\"version\":\"1.0.0\"}", new IntegrationResponse.Provider("sample", "1.0.0", 3));

    @Test
    void answers_areCountedByGeneration_andPhasesApart() throws Exception {
        Semaphore made = new Semaphore(0);
        CallLoad load = load(request -> {
            made.release();
            return CompletableFuture.completedFuture(ANSWER);
        });
        load.begin();
        assertThat(made.tryAcquire(5, 60, TimeUnit.SECONDS)).isTrue();
        load.enter("second");
        made.drainPermits();
        assertThat(made.tryAcquire(5, 60, TimeUnit.SECONDS)).isTrue();
        load.close();

        Tally.Report report = load.state().phases().get("second");
        assertThat(load.state().phases()).containsOnlyKeys("first", "second");
        assertThat(report.failed()).isZero();
        assertThat(report.histogram().getTotalCount()).isPositive();
        assertThat(report.seen()).singleElement().satisfies(seen -> {
            assertThat(seen.generation()).isEqualTo(3);
            assertThat(seen.lastBegunMillis()).isPositive();
        });
    }

    @Test
    void endings_areToldApart() throws Exception {
        assertThat(reportOf(new IntegrationResponse.Gone("nobody")).fallback()).isPositive();
        assertThat(reportOf(new IntegrationResponse.Failed("sample", "broken")).failed())
                .isPositive();
        assertThat(reportOf(new IntegrationResponse.TimedOut("sample", Duration.ofSeconds(1)))
                        .failed())
                .isPositive();
        assertThat(reportOf(new IntegrationResponse.Declined("no")).failed()).isPositive();
        assertThat(reportOf(new IntegrationResponse.Answered("{}")).problems())
                .contains("sample_echo: nobody says who answered");
    }

    private static Tally.Report reportOf(IntegrationResponse response) throws InterruptedException {
        CountDownLatch some = new CountDownLatch(3);
        CallLoad load = load(request -> {
            some.countDown();
            return CompletableFuture.completedFuture(response);
        });
        load.begin();
        assertThat(some.await(60, TimeUnit.SECONDS)).isTrue();
        load.close();
        return load.state().phases().get("first");
    }

    private static CallLoad load(Function<IntegrationRequest, CompletionStage<IntegrationResponse>> how) {
        return new CallLoad(
                new FakeOrchestrator().answering(List.of(), how), new CallLoad.Plan(1_000, "first", List.of(ASK)));
    }
}
