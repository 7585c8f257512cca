// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of capabilities, and of those who look after plugins, as they are on the wire. */
class OperatorClientTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    private ScriptedServer server;
    private OperatorClient operator;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        operator = server.client().operator();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void jobOfTheStore_isBegun_andWaitedForUntilItHasEnded() throws Exception {
        server.willSay(202, "{\"id\":\"s 1\"}");
        server.willSay(200, "{\"id\":\"s 1\"}");
        server.willSay(200, "{\"id\":\"s 1\",\"endedAt\":\"now\"}");
        server.willSay(202, "{\"id\":\"s2\"}");
        server.willSay(200, "{\"jobs\":[]}");
        JsonNode job = operator.endOfStoreJob(operator.backup("b"), Duration.ofSeconds(90));
        assertThat(job.path("endedAt").asText()).isEqualTo("now");
        assertThat(operator.maintain("compact").path("id").asText()).isEqualTo("s2");
        assertThat(operator.store().has("jobs")).isTrue();
        assertThat(server.asked())
                .containsExactly(
                        "POST /api/v1/store/backup?name=b",
                        "GET /api/v1/store/jobs/s%201?wait=30000ms",
                        "GET /api/v1/store/jobs/s%201?wait=30000ms",
                        "POST /api/v1/store/compact",
                        "GET /api/v1/store");
    }

    @Test
    void call_saysWhatItConcerns_andWhoAnswered() throws Exception {
        server.willSay(200, "{\"success\":true,\"data\":7,\"plugin\":\"p\",\"version\":\"1.2\",\"generation\":3}");
        CapabilityAnswer answer = server.client()
                .call(CapabilityCall.of("c", SkepClient.object())
                        .operation("o")
                        .agent("a")
                        .task("t")
                        .tenant("n"));
        assertThat(server.asked())
                .containsExactly("POST /api/v1/capabilities/c "
                        + "{\"operation\":\"o\",\"agentId\":\"a\",\"taskId\":\"t\",\"tenant\":\"n\",\"data\":{}}");
        assertThat(answer.isAnswered()).isTrue();
        assertThat(answer.data().asInt()).isEqualTo(7);
        assertThat(List.of(answer.plugin(), answer.version(), answer.generation()))
                .isEqualTo(List.of("p", "1.2", 3L));
    }

    @Test
    void call_thatIsNotAnswered_endsWithItsStatus() throws Exception {
        for (int status : new int[] {422, 502, 503, 504}) {
            server.willSay(status, "{\"detail\":\"why\"}", Map.of("Retry-After", "4"));
            CapabilityAnswer answer = server.client().call(CapabilityCall.of("c", SkepClient.object()));
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body().path("detail").asText()).isEqualTo("why");
            assertThat(answer.retryAfter()).isEqualTo(Duration.ofSeconds(4));
            assertThat(answer.version()).isEmpty();
        }
    }

    @Test
    void call_thatTheServerRefuses_isAProblem_alsoWithoutWaiting() {
        server.willSay(401, "{\"reason\":\"unauthenticated\"}");
        server.willSay(401, "{\"reason\":\"unauthenticated\"}");
        CapabilityCall call = CapabilityCall.of("c", SkepClient.object());
        assertThatThrownBy(() -> server.client().call(call)).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> server.client().callAsync(call).get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ProblemException.class);
    }

    @Test
    void upgrade_sendsTheJarAsItIs() throws Exception {
        Path jar = Files.writeString(directory.resolve("a.jar"), "PK");
        server.willSay(202, "{\"id\":\"j\"}");
        server.willSay(200, "{\"id\":\"j\"}");
        operator.upgrade("a b", jar, Canary.DEFAULT, false);
        operator.upgrade("p", jar, Canary.NONE, true);
        assertThat(server.asked())
                .containsExactly(
                        "POST /api/v1/plugins/a%20b/upgrade?canaryCalls=200&canaryPercent=10&canaryTime=30000ms"
                                + " application/java-archive PK",
                        "POST /api/v1/plugins/p/upgrade?canaryCalls=200&canaryPercent=10&canaryTime=0ms&dryRun=true"
                                + " application/java-archive PK");
    }

    @Test
    void upgrade_thatIsRefused_namesTheJar() throws Exception {
        Path jar = Files.writeString(directory.resolve("a.jar"), "no jar");
        server.willSay(400, "{\"detail\":\"not a bundle\",\"reason\":\"invalid\",\"field\":\"jar\"}");
        assertThatThrownBy(() -> operator.upgrade("p", jar, Canary.DEFAULT, false))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(problem -> assertThat(problem.field()).contains("jar"));
    }

    @Test
    void job_isFollowedToItsEnd() throws Exception {
        server.willSay(202, "{\"id\":\"j\",\"outcome\":\"running\"}");
        server.willSay(200, "{\"id\":\"j\",\"outcome\":\"running\"}");
        server.willSay(200, "{\"id\":\"j\",\"outcome\":\"promoted\"}");
        JsonNode job = operator.end(operator.rollback("p"), Duration.ofMinutes(1));
        assertThat(job.path("outcome").asText()).isEqualTo("promoted");
        assertThat(server.asked().remove()).isEqualTo("POST /api/v1/plugins/p/rollback");
        assertThat(server.asked()).hasSize(2).allMatch(asked -> asked.startsWith("GET /api/v1/jobs/j?wait="));
    }

    @Test
    void bulkJob_isFollowedToItsEnd() throws Exception {
        server.willSay(202, "{\"id\":\"b\"}");
        server.willSay(200, "{\"id\":\"b\"}");
        server.willSay(200, "{\"id\":\"b\",\"endedAt\":\"2026-01-01T00:00:00Z\",\"changed\":3}");
        JsonNode job = operator.bulkAndWait(SkepClient.object().put("action", "cancel"), Duration.ofMinutes(1));
        assertThat(job.path("changed").asInt()).isEqualTo(3);
        assertThat(server.asked().remove()).isEqualTo("POST /api/v1/tasks/bulk {\"action\":\"cancel\"}");
        assertThat(server.asked()).hasSize(2).allMatch(asked -> asked.startsWith("GET /api/v1/tasks/bulk/b?wait="));
    }

    @Test
    void everyOtherCall_hasItsPath() throws Exception {
        for (int i = 0; i < 6; i++) {
            server.willSay(200, "{\"items\":[{}]}");
        }
        assertThat(operator.plugins()).hasSize(1);
        operator.plugin("p");
        operator.remove("p");
        operator.job("j", SECOND);
        operator.flags();
        operator.setFlag("c", "25%");
        assertThat(server.asked())
                .containsExactly(
                        "GET /api/v1/plugins",
                        "GET /api/v1/plugins/p",
                        "DELETE /api/v1/plugins/p",
                        "GET /api/v1/jobs/j?wait=1000ms",
                        "GET /api/v1/flags",
                        "PUT /api/v1/flags/c {\"rule\":\"25%\"}");
    }
}
