// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.plugin.IntegrationResponse.Failed;
import io.skep.api.plugin.IntegrationResponse.Gone;
import io.skep.api.plugin.IntegrationResponse.TimedOut;
import io.skep.core.engine.Sleeper.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class PluginSleeperTest {
    private final List<IntegrationRequest> asked = new ArrayList<>();
    private IntegrationResponse response = new Answered("{\"ready\":true,\"remark\":\"2 checkpoints\",\"more\":[1]}");

    private CompletionStage<IntegrationResponse> call(IntegrationRequest request) {
        asked.add(request);
        return CompletableFuture.completedFuture(response);
    }

    private static Agent agent() {
        Instant now = Instant.EPOCH;
        return new Agent(
                AgentSpec.of("a1", 1), true, AgentState.PREPARING, "it is \"idle\"", now, now, 0, 0, null, List.of());
    }

    private Verdict prepare() {
        PluginSleeper sleeper = new PluginSleeper(this::call, Runnable::run, false);
        return sleeper.prepare(agent()).toCompletableFuture().join();
    }

    @Test
    void question_namesTheAgentAndTheCause() {
        assertThat(prepare()).isEqualTo(new Verdict(true, "2 checkpoints"));
        IntegrationRequest request = asked.get(0);
        assertThat(request.capability()).isEqualTo("sleep_wake_cycles");
        assertThat(request.operation()).isEqualTo("prepare");
        assertThat(request.agent()).isEqualTo("a1");
        assertThat(request.data()).isEqualTo("{\"agent\":\"a1\",\"cause\":\"it is \\\"idle\\\"\"}");

        new PluginSleeper(this::call, Runnable::run, false).restore(agent());
        assertThat(asked.get(1).operation()).isEqualTo("restore");
    }

    @Test
    void whereNobodyOffersIt_agentsSleepAsTheyAre() {
        response = new Gone("nobody offers it", null);
        assertThat(prepare()).isEqualTo(Verdict.READY);
    }

    @Test
    void whatFails_letsThemNotSleep_andSaysWhy() {
        response = new Declined("there is no agent a1");
        assertThat(prepare()).isEqualTo(new Verdict(false, "sleep_wake_cycles declined: there is no agent a1"));
        response = new Failed("context-management", "disk full");
        assertThat(prepare()).isEqualTo(new Verdict(false, "sleep_wake_cycles failed: disk full"));
        response = new TimedOut("context-management", Duration.ofSeconds(4));
        assertThat(prepare().remark()).contains("gave no answer within PT4S");
        response = new Answered("[1]");
        assertThat(prepare().remark()).contains("cannot be read");
        response = new Answered("{}");
        assertThat(prepare().ready()).as("nothing said").isFalse();
    }

    @Test
    void whileTheServerStarts_questionsWait() {
        PluginSleeper sleeper = new PluginSleeper(this::call, Runnable::run, true);
        CompletableFuture<Verdict> verdict = sleeper.prepare(agent()).toCompletableFuture();
        assertThat(asked).isEmpty();
        assertThat(verdict).isNotDone();

        sleeper.started();

        assertThat(verdict).isCompletedWithValue(new Verdict(true, "2 checkpoints"));
    }
}
