// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessHttpTest extends HttpTestBase {
    @ParameterizedTest
    @CsvSource({
        "GET,/api/v1/agents",
        "POST,/api/v1/tasks",
        "GET,/api/v1/openapi.json",
        "GET,/api/v1/no/such/path",
        "PATCH,/api/v1/tasks",
        "OPTIONS,/api/v1/tasks",
        "GET,/metrics"
    })
    void callWithoutToken_isUnauthenticated(String method, String path) {
        Reply reply = send(method, path, null, method.equals("POST") ? "{}" : null);
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer");
    }

    @Test
    void unknownToken_isUnauthenticated() {
        Reply reply = send("GET", "/api/v1/agents", "guess", null);
        assertProblem(reply, 401, "unauthenticated", null);
        assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
        for (String header : new String[] {"Basic YTpi", "Bearer", "Bearer  ", "Bearer" + FakeCore.ADMIN}) {
            assertThat(send("GET", "/api/v1/agents", null, null, "Authorization", header)
                            .status())
                    .isEqualTo(401);
        }
        assertThat(send("GET", "/api/v1/agents", null, null, "Authorization", "bearer  " + FakeCore.ADMIN)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void headerThatIsThereTwice_isRefused_whichEverIsGood() {
        for (String[] two : new String[][] {
            {"Authorization", "Bearer " + FakeCore.ADMIN, "Authorization", "Bearer guess"},
            {"Authorization", "Bearer guess", "Authorization", "Bearer " + FakeCore.ADMIN}
        }) {
            assertProblem(send("GET", "/api/v1/agents", null, null, two), 400, "invalid", null);
        }
        assertThat(core.credentials).isEmpty();
    }

    /** Agent a holds task 00-0; task 01-1 is queued; agent b is another. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST   | /api/v1/agents/a/heartbeat            |                              | 200",
                "POST   | /api/v1/agents/a/claims               |                              | 200",
                "DELETE | /api/v1/agents/a                      |                              | 200",
                "POST   | /api/v1/agents/b/heartbeat            |                              | 403",
                "POST   | /api/v1/agents/b/claims               |                              | 403",
                "DELETE | /api/v1/agents/b                      |                              | 403",
                "GET    | /api/v1/agents                        |                              | 403",
                "GET    | /api/v1/agents/a                      |                              | 403",
                "POST   | /api/v1/agents                        | {}                           | 403",
                "PUT    | /api/v1/agents/a                      | {}                           | 403",
                "POST   | /api/v1/agents/a/drain                |                              | 403",
                "POST   | /api/v1/agents/a/sleep                |                              | 403",
                "POST   | /api/v1/agents/a/wake                 |                              | 403",
                "GET    | /api/v1/tasks                         |                              | 403",
                "GET    | /api/v1/tasks/00-0                    |                              | 200",
                "GET    | /api/v1/tasks/01-1                    |                              | 403",
                "GET    | /api/v1/tasks/none                    |                              | 403",
                "GET    | /api/v1/tasks/00-0/why                |                              | 403",
                "POST   | /api/v1/tasks                         | {\"description\":\"d\"}      | 403",
                "POST   | /api/v1/tasks | {\"description\":\"d\",\"parent\":\"01-1\"}          | 403",
                "POST   | /api/v1/tasks | {\"description\":\"d\",\"parent\":\"00-0\"}          | 201",
                "POST   | /api/v1/tasks/00-0/heartbeat          | {\"token\":1}                | 200",
                "POST   | /api/v1/tasks/00-0/complete           | {\"token\":1}                | 200",
                "POST   | /api/v1/tasks/00-0/complete | {\"token\":1,\"agent\":\"b\"}          | 403",
                "POST   | /api/v1/tasks/00-0/fail     | {\"token\":1,\"error\":\"e\"}          | 200",
                "POST   | /api/v1/tasks/00-0/input-required | {\"token\":1,\"prompt\":\"p\"}   | 200",
                "POST   | /api/v1/tasks/01-1/complete           | {\"token\":1}                | 409",
                "POST   | /api/v1/completions       | [{\"task\":\"00-0\",\"token\":1}]        | 200",
                "POST   | /api/v1/tasks/00-0/cancel             | {}                           | 403",
                "POST   | /api/v1/tasks/00-0/retry              |                              | 403",
                "POST   | /api/v1/tasks/00-0/release            |                              | 403",
                "GET    | /api/v1/queues                        |                              | 403",
                "POST   | /api/v1/tasks/bulk                    | {\"action\":\"retry\",\"query\":{}} | 403",
                "GET    | /api/v1/tasks/bulk/x                  |                              | 403",
                "DELETE | /api/v1/tasks/bulk/x                  |                              | 403",
                "POST   | /api/v1/tasks/00-0/answer             | {\"answer\":1}               | 403",
                "GET    | /api/v1/capabilities                  |                              | 200",
                "POST   | /api/v1/capabilities/c                | {\"data\":1}                 | 403",
                "GET    | /api/v1/plugins                       |                              | 403",
                "GET    | /api/v1/plugins/p                     |                              | 403",
                "DELETE | /api/v1/plugins/p                     |                              | 403",
                "POST   | /api/v1/plugins/p/upgrade             |                              | 403",
                "POST   | /api/v1/plugins/p/rollback            |                              | 403",
                "GET    | /api/v1/jobs/j                        |                              | 403",
                "GET    | /api/v1/flags                         |                              | 403",
                "PUT    | /api/v1/flags/c                       | {\"rule\":\"off\"}           | 403",
                "PUT    | /api/v1/flags/legacy.mode             | {\"rule\":\"on\"}            | 403",
                "GET    | /api/v1/events                        |                              | 403",
                "GET    | /api/v1/openapi.json                  |                              | 403",
                "GET    | /metrics                              |                              | 403",
            })
    void agent_mayOnlyWhatItMay(String method, String path, String body, int status) {
        String secret = agent("a");
        agent("b");
        task("held");
        assertThat(send("POST", "/api/v1/agents/a/claims", secret, null).status())
                .isEqualTo(200);
        task("queued");
        Reply reply = send(method, path, secret, body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        if (status == 403) {
            assertThat(reply.json().get("reason").asText()).isEqualTo("forbidden");
        }
    }

    @Test
    void otherMethod_isRefusedWithWhatIsAllowed() {
        Reply reply = send("PATCH", "/api/v1/agents/a", FakeCore.ADMIN, "{}");
        assertProblem(reply, 405, "method-not-allowed", null);
        assertThat(reply.header("Allow")).isEqualTo("DELETE, GET, HEAD, OPTIONS, PUT");
        assertThat(send("GET", "/api/v1/completions", FakeCore.ADMIN, null).header("Allow"))
                .isEqualTo("OPTIONS, POST");
        assertThat(send("POST", "/health/live", FakeCore.ADMIN, null).status()).isEqualTo(405);
    }

    @Test
    void options_tellWhatIsAllowed() {
        Reply reply = send("OPTIONS", "/api/v1/tasks", FakeCore.ADMIN, null);
        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.header("Allow")).isEqualTo("GET, HEAD, OPTIONS, POST");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void head_isGetWithoutContent(boolean late) {
        core.late = late;
        String id = task("d");
        String length = get("/api/v1/tasks/" + id).header("Content-Length");
        Reply reply = send("HEAD", "/api/v1/tasks/" + id, FakeCore.ADMIN, null);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Length")).isEqualTo(length);
        assertThat(send("HEAD", "/api/v1/tasks/none", FakeCore.ADMIN, null).status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID,400,invalid",
        "FORBIDDEN,403,forbidden",
        "NOT_FOUND,404,not-found",
        "CONFLICT,409,conflict",
        "FENCED,409,fenced",
        "TOO_LARGE,413,too-large",
        "BUSY,429,busy",
        "UNAVAILABLE,503,unavailable",
        "STORE_FULL,507,store-full",
    })
    void refusalOfCore_becomesItsProblem(Refusal.Reason reason, int status, String name) {
        for (boolean late : new boolean[] {false, true}) {
            core.late = late;
            core.refusal = Refusal.of(reason, "because");
            Reply reply = post("/api/v1/tasks/t/cancel", null);
            assertProblem(reply, status, name, null);
            assertThat(reply.json().get("detail").asText()).isEqualTo("because");
            assertThat(reply.header("Retry-After")).isEqualTo(reason.isRetryable() ? "1" : null);
        }
    }

    @Test
    void retryAfter_isRoundedUp() {
        core.refusal = Refusal.retryLater(Refusal.Reason.BUSY, "full", Duration.ofMillis(2001));
        assertThat(post("/api/v1/tasks/t/cancel", null).header("Retry-After")).isEqualTo("3");
    }

    @Test
    void brokenCore_isNotTold() {
        core.refusal = new IllegalStateException("private matters");
        Reply reply = post("/api/v1/tasks/t/cancel", null);
        assertProblem(reply, 500, "internal", null);
        assertThat(reply.body()).doesNotContain("private");
        assertProblem(get("/api/v1/tasks/t?wait=1s"), 404, "not-found", null);
    }
}
