// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadInputHttpTest extends HttpTestBase {
    /** Whatever was refused, nothing came of it. */
    @AfterEach
    void nothingChanged() {
        assertThat(core.tasks).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "{                                             | -",
                "''                                            | -",
                "nonsense                                      | -",
                "{'description':'d'} {}                        | -",
                "{'description':'d'},                          | -",
                "{'description':'d','more':1}                  | more",
                "{'description':'d','more':null}               | more",
                "{}                                            | description",
                "{'description':null}                          | description",
                "{'description':1}                             | description",
                "{'description':['d']}                         | description",
                "7                                             | -",
                "null                                          | -",
                "'d'                                           | -",
                "[]                                            | -",
                "[{'description':'d'},{'description':2}]       | [1].description",
                "[{'description':'d'},{}]                      | [1].description",
                "[{'description':'d'},7]                       | [1]",
                "{'description':'d','skills':'x'}              | skills",
                "{'description':'d','skills':['x',2]}          | skills[1]",
                "{'description':'d','skills':[null]}           | skills[0]",
                "{'description':'d','priority':'5'}            | priority",
                "{'description':'d','priority':5.5}            | priority",
                "{'description':'d','priority':-1}             | priority",
                "{'description':'d','priority':3000000000}     | priority",
                "{'description':'d','priority':99999999999999999999} | priority",
                "{'description':'d','input':NaN}               | input",
                "{'description':'d','input':{'a':1,'a':2}}     | input.a",
                "{'description':'d','description':'e'}         | description",
                "{'description':'d','input':[1,]}              | input[1]",
                "{'description':'d','retry':5}                 | retry",
                "{'description':'d','retry':{'times':5}}       | retry.times",
                "{'description':'d','retry':{'initialDelayMillis':-5}} | retry.initialDelayMillis",
                "{'description':'d','retry':{'initialDelayMillis':86400001}} | retry.initialDelayMillis",
                "{'description':'d','attemptTimeoutMillis':9e18} | attemptTimeoutMillis",
                "{'description':'d','attemptTimeoutMillis':9000000000000000000} | attemptTimeoutMillis",
                "{'description':'d','deadline':'tomorrow'}     | deadline",
                "{'description':'d','deadline':5}              | deadline",
                "{'description':'d','deadline':'+999999999-01-01T00:00:00Z'} | deadline",
                "{'description':'d','onDependencyFailure':'explode'} | onDependencyFailure",
                "{'description':'d','budget':5}                | budget",
                "{'description':'d','budget':{'maxTokens':'x'}} | budget.maxTokens",
                "{'description':'d','budget':{'maxDepth':9e18}} | budget.maxDepth",
                "{'description':'d','budget':{'maxDepth':9000000000}} | budget.maxDepth",
                "{'description':'d','budget':{'maxDepht':1}}   | budget.maxDepht",
            })
    void badSubmission_isRefusedNamingTheField(String body, String field) {
        assertProblem(post("/api/v1/tasks", body.replace('\'', '"')), 400, "invalid", field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "/api/v1/agents                  | {'skills':[{'id':'x','mane':1}]} | skills[0].mane",
                "/api/v1/agents                  | {'skills':['x',{'id':7}]}        | skills[1].id",
                "/api/v1/agents                  | {'skills':[{}]}                  | skills[0].id",
                "/api/v1/agents                  | {'skills':[{'id':'x','tags':5}]} | skills[0].tags",
                "/api/v1/agents                  | {'slots':0}                      | slots",
                "/api/v1/agents                  | {'leaseMillis':1}                | leaseMillis",
                "/api/v1/agents                  | {'leaseMillis':true}             | leaseMillis",
                "/api/v1/tasks/t/complete        | {}                               | token",
                "/api/v1/tasks/t/complete        | {'token':'1'}                    | token",
                "/api/v1/tasks/t/complete        | {'token':-1}                     | token",
                "/api/v1/tasks/t/complete        | {'token':1,'error':'x'}          | error",
                "/api/v1/tasks/t/fail            | {'token':1}                      | error",
                "/api/v1/tasks/t/fail            | {'token':1,'error':'e','retryable':1} | retryable",
                "/api/v1/tasks/t/input-required  | {'token':1}                      | prompt",
                "/api/v1/tasks/t/heartbeat       | {'token':1,'usage':5}            | usage",
                "/api/v1/tasks/t/heartbeat       | {'token':1,'usage':{'tokens':-1}} | usage.tokens",
                "/api/v1/tasks/t/complete        | {'token':1,'usage':{'token':1}}  | usage.token",
                "/api/v1/tasks/t/answer          | {}                               | answer",
                "/api/v1/tasks/t/answer          | {'result':1}                     | result",
                "/api/v1/tasks/t/cancel          | {'reason':1}                     | reason",
                "/api/v1/tasks/bulk              | {'query':{}}                     | action",
                "/api/v1/tasks/bulk              | {'action':'cancel'}              | query",
                "/api/v1/tasks/bulk              | {'action':'burn','query':{}}     | action",
                "/api/v1/tasks/bulk              | {'action':'prioritize','query':{}} | priority",
                "/api/v1/tasks/bulk              | {'action':'cancel','query':{'state':['x']}} | query.state",
                "/api/v1/tasks/bulk              | {'action':'cancel','query':{'stat':[]}} | query.stat",
                "/api/v1/tasks/bulk              | {'action':'cancel','query':{},'x':1} | x",
                "/api/v1/completions             | [{'token':1}]                    | [0].task",
                "/api/v1/completions             | []                               | -",
                "/api/v1/completions             | {'task':'t','token':1}           | -",
                "/api/v1/capabilities/c          | {}                               | data",
                "/api/v1/capabilities/c          | {'data':1,'agent':'a'}           | agent",
                "/api/v1/agents/a/claims?wait=61s | -                               | wait",
                "/api/v1/agents/a/claims?wait=-1 | -                                | wait",
                "/api/v1/agents/a/claims?wait=s  | -                                | wait",
                "/api/v1/agents/a/claims?wait=99999999999999999999s | -             | wait",
                "/api/v1/agents/a/claims?max=0   | -                                | max",
                "/api/v1/agents/a/claims?max=-5  | -                                | max",
                "/api/v1/agents/a/claims?max=1001 | -                               | max",
                "/api/v1/agents/a/claims?max=99999999999999999999 | -               | max",
                "/api/v1/agents/a/claims?mux=1   | -                                | mux",
                "/api/v1/agents/a/claims?max=1&max=2 | -                            | max",
            })
    void badCall_isRefusedNamingTheField(String path, String body, String field) {
        assertProblem(post(path, body == null ? null : body.replace('\'', '"')), 400, "invalid", field);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/tasks?limit=0, limit",
        "/api/v1/tasks?limit=1001, limit",
        "/api/v1/tasks?limit=ten, limit",
        "/api/v1/tasks?limit=%2B5, limit",
        "/api/v1/tasks?state=gone, state",
        "/api/v1/tasks?from=yesterday, from",
        "/api/v1/tasks?to=1, to",
        "/api/v1/tasks?text=%C3%28, ",
        "/api/v1/tasks/t?wait=301s, wait",
        "/api/v1/events?from=x-y, from",
        "/api/v1/events?from=1.2.3, from",
        "/api/v1/events?from=-1.2, from",
        "/api/v1/tasks/a%20b, id",
        "/api/v1/tasks/a;b=c, id",
        "/api/v1/tasks/%C3%BC, id",
        "/api/v1/agents/~root, id",
    })
    void badParameter_isRefusedByName(String path, String field) {
        Reply reply = get(path);
        assertThat(reply.status()).as(reply.body()).isEqualTo(400);
        assertThat(reply.json().path("field").asText(null)).isEqualTo(field);
    }

    @Test
    void overLongId_isRefused() {
        assertProblem(get("/api/v1/tasks/" + "a".repeat(129)), 400, "invalid", "id");
        assertProblem(get("/api/v1/tasks/" + "a".repeat(128)), 404, "not-found", null);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/",
        "/api/v1/nothing",
        "/api/v1/tasks/",
        "/api/v1/tasks/t/nothing",
        "/api/v1/tasks/t/why/more",
        "/health/",
        "/health/well",
    })
    void unknownPath_isNotFound(String path) {
        assertProblem(get(path), 404, "not-found", null);
    }

    @Test
    void deepNesting_isRefused() {
        String deep = "[".repeat(200) + "]".repeat(200);
        Reply reply = post("/api/v1/tasks", "{\"description\":\"d\",\"input\":" + deep + "}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().get("field").asText()).startsWith("input[0][0]");
    }

    @Test
    void bodyThatIsNotUtf8_isRefused() {
        byte[] latin = "{\"description\":\"\u00fc\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertProblem(
                sendBody("POST", "/api/v1/tasks", FakeCore.ADMIN, BodyPublishers.ofByteArray(latin)),
                400,
                "invalid",
                null);
        byte[] wide = "{\"description\":\"d\"}".getBytes(StandardCharsets.UTF_16);
        assertProblem(
                sendBody("POST", "/api/v1/tasks", FakeCore.ADMIN, BodyPublishers.ofByteArray(wide)),
                400,
                "invalid",
                null);
    }

    @Test
    void tooLargeBody_isRefusedNamingTheLimit() {
        String object = "{\"description\":\"" + "x".repeat(5000) + "\"}";
        Reply one = post("/api/v1/tasks", object);
        assertProblem(one, 413, "too-large", null);
        assertThat(one.json().get("detail").asText()).contains("65536", "max.array.bytes", "4096");
        Reply agent = post("/api/v1/agents", object);
        assertProblem(agent, 413, "too-large", null);
        assertThat(agent.json().get("detail").asText()).contains("4096", "max.object.bytes");
        assertProblem(post("/api/v1/tasks", " [" + "x".repeat(66_000)), 413, "too-large", null);
        assertProblem(post("/api/v1/agents", "x".repeat(400_000)), 413, "too-large", null);
    }

    @Test
    void tooLargeChunkedBody_isRefusedNamingTheLimit() {
        List<byte[]> chunks = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            chunks.add("{\"description\":\"xxxxxxxx".repeat(10).getBytes(StandardCharsets.US_ASCII));
        }
        Reply reply = sendBody("POST", "/api/v1/agents", FakeCore.ADMIN, BodyPublishers.ofByteArrays(chunks));
        assertProblem(reply, 413, "too-large", null);
    }

    @Test
    void tooManyEntries_areRefused() {
        String tasks = "[" + "{\"description\":\"d\"},".repeat(1001).replaceAll(",$", "]");
        assertProblem(post("/api/v1/tasks", tasks), 413, "too-large", "[1000]");
    }
}
