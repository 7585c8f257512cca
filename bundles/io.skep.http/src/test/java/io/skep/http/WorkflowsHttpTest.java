// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.plugin.IntegrationResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkflowsHttpTest extends HttpTestBase {
    private static final String RUNS = "/api/v1/workflows";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET|||runs|{}",
                "GET|?state=failed&workflow=a&limit=7||runs|{\"state\":\"failed\",\"workflow\":\"a\",\"limit\":7}",
                "POST||{\"workflow\":\"a\",\"input\":{\"x\": 1.0}}|start|{\"workflow\":\"a\",\"input\":{\"x\": 1.0}}",
                "GET|/w-1||status|{\"run\":\"w-1\"}",
                "POST|/w-1/pause||pause|{\"run\":\"w-1\"}",
                "POST|/w-1/resume||resume|{\"run\":\"w-1\"}",
                "POST|/w-1/cancel||cancel|{\"run\":\"w-1\"}",
                "POST|/w-1/cancel|{\"reason\":\"r\",\"compensate\":false}|cancel"
                        + "|{\"reason\":\"r\",\"compensate\":false,\"run\":\"w-1\"}",
                "POST|/w-1/rerun|{\"from\":\"b\"}|rerun|{\"from\":\"b\",\"run\":\"w-1\"}",
                "GET|/templates||list|{}",
                "POST|/templates|{\"yaml\":\"name: a\"}|define|{\"yaml\":\"name: a\"}",
                "GET|/templates/a||show|{\"name\":\"a\"}",
                "DELETE|/templates/a||remove|{\"name\":\"a\"}"
            })
    void eachCall_isOneOfTheCapability(String method, String path, String body, String operation, String data) {
        Reply reply = send(method, RUNS + (path == null ? "" : path), FakeCore.ADMIN, body);
        assertThat(reply.body()).isEqualTo("{\"success\":true,\"data\":{\"path\": [1, 2.50]}}");
        assertThat(core.called.capability()).isEqualTo("workflows");
        assertThat(core.called.operation()).isEqualTo(operation);
        assertThat(core.called.data()).isEqualTo(data);
    }

    @Test
    void start_takesItsKeyFromTheHeaderToo_andItsTenant() {
        String body = "{\"workflow\":\"a\",\"tenant\":\"acme\"}";
        assertThat(send("POST", RUNS, FakeCore.ADMIN, body, "Idempotency-Key", "k\"1")
                        .status())
                .isEqualTo(200);
        assertThat(core.called.data()).isEqualTo("{\"workflow\":\"a\",\"idempotencyKey\":\"k\\\"1\"}");
        assertThat(core.called.tenant()).isEqualTo("acme");
        Reply two = send(
                "POST",
                RUNS,
                FakeCore.ADMIN,
                "{\"workflow\":\"a\",\"idempotencyKey\":\"k2\"}",
                "Idempotency-Key",
                "k1");
        assertProblem(two, 400, "invalid", "idempotencyKey");
    }

    @Test
    void whatIsUnknown_isRefused() {
        assertProblem(post(RUNS, "{\"flow\":\"a\"}"), 400, "invalid", "flow");
        assertProblem(post(RUNS, "{\"workflow\":\"a\",\"tenant\":7}"), 400, "invalid", null);
        assertProblem(post(RUNS + "/w-1/rerun", "{\"step\":\"a\"}"), 400, "invalid", "step");
        assertProblem(post(RUNS + "/templates", "[]"), 400, "invalid", null);
        assertProblem(get(RUNS + "?limit=0"), 400, "invalid", "limit");
        assertProblem(send("POST", RUNS, agent("a"), "{\"workflow\":\"a\"}"), 403, "forbidden", null);
    }

    @Test
    void withoutItsProvider_eachIsGone_andWhatIsDeclinedSaysSo() {
        core.response = new IntegrationResponse.Gone("nobody offers workflows");
        for (String path : List.of(RUNS, RUNS + "/w-1", RUNS + "/templates")) {
            Reply gone = get(path);
            assertThat(gone.status()).isEqualTo(503);
            assertThat(gone.header("Retry-After")).isEqualTo("1");
            assertThat(gone.json().at("/error/reason").asText()).isEqualTo("gone");
        }
        core.response = new IntegrationResponse.Declined("there is no run w-1");
        Reply declined = post(RUNS + "/w-1/pause", "");
        assertThat(declined.status()).isEqualTo(422);
        assertThat(declined.json().at("/error/detail").asText()).isEqualTo("there is no run w-1");
    }
}
