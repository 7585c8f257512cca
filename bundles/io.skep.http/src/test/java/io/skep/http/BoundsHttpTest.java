// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.task.BulkRequest;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskState;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What keeps work within bounds: budgets, quarantine, queues, and changes of many tasks. */
class BoundsHttpTest extends HttpTestBase {
    @Test
    void budget_isShownWithWhatWasSpent_andUsageComesWithEveryWordOfAnAgent() {
        String id = post(
                        "/api/v1/tasks",
                        "{\"description\":\"d\",\"budget\":{\"maxAttempts\":9,\"maxMillis\":60000,"
                                + "\"maxTokens\":1000,\"maxCostMicros\":5,\"maxDepth\":2,\"maxDescendants\":7}}")
                .json()
                .get("id")
                .asText();
        String secret = agent("worker");
        send("POST", "/api/v1/agents/worker/claims", secret, "");
        String task = "/api/v1/tasks/" + id;
        send("POST", task + "/heartbeat", secret, "{\"token\":1,\"usage\":{\"tokens\":10}}");
        assertThat(get(task).json().at("/attempts/0/usage/tokens").asLong()).isEqualTo(10);
        send(
                "POST",
                task + "/fail",
                secret,
                "{\"token\":1,\"error\":\"e\",\"usage\":{\"tokens\":11,\"costMicros\":4}}");
        send("POST", "/api/v1/agents/worker/claims", secret, "");
        send("POST", task + "/complete", secret, "{\"token\":2,\"result\":1,\"usage\":{\"tokens\":12}}");

        var json = get(task).json();
        assertThat(json.at("/attempts/0/usage/costMicros").asLong()).isEqualTo(4);
        assertThat(json.at("/attempts/1/usage/tokens").asLong()).isEqualTo(12);
        assertThat(json.get("budget").toString())
                .isEqualTo("{\"maxAttempts\":9,\"maxMillis\":60000,\"maxTokens\":1000,\"maxCostMicros\":5,"
                        + "\"maxDepth\":2,\"maxDescendants\":7}");
        assertThat(json.at("/spent/attempts").asInt()).isEqualTo(2);
        assertThat(json.has("queuedAt")).isTrue();
        assertProblem(post(task + "/release", null), 409, "conflict", null);
    }

    @Test
    void usage_inABatch_countsForEach() {
        String id = task("one");
        String secret = agent("worker");
        send("POST", "/api/v1/agents/worker/claims", secret, "");
        send(
                "POST",
                "/api/v1/completions",
                secret,
                "[{\"task\":\"" + id + "\",\"token\":1,\"result\":1,\"usage\":{\"costMicros\":3}}]");
        assertThat(get("/api/v1/tasks/" + id)
                        .json()
                        .at("/attempts/0/usage/costMicros")
                        .asLong())
                .isEqualTo(3);
    }

    @Test
    void taskThatFailedAtAllOfItsAttempts_isReleased() {
        String id = post("/api/v1/tasks", "{\"description\":\"d\",\"retry\":{\"maxAttempts\":2}}")
                .json()
                .get("id")
                .asText();
        String secret = agent("worker");
        for (int token = 1; token <= 2; token++) {
            send("POST", "/api/v1/agents/worker/claims", secret, "");
            send(
                    "POST",
                    "/api/v1/tasks/" + id + "/fail",
                    secret,
                    "{\"token\":" + token + ",\"error\":\"e\",\"retryable\":" + (token == 1) + "}");
        }
        assertThat(get("/api/v1/tasks/" + id).json().get("quarantined").asBoolean())
                .isTrue();

        Reply released = post("/api/v1/tasks/" + id + "/release", null);

        assertThat(released.json().get("state").asText()).isEqualTo("queued");
        assertThat(released.json().has("quarantined")).isFalse();
    }

    @Test
    void waitingTask_isSentToAnAgent() {
        String id = post("/api/v1/tasks", "{\"description\":\"d\"}")
                .json()
                .get("id")
                .asText();

        Reply routed = post("/api/v1/tasks/" + id + "/route", "{\"agent\":\"worker\"}");

        assertThat(routed.json().at("/selection/agent").asText()).isEqualTo("worker");
        assertThat(routed.json().at("/selection/choices/0/probability").asDouble())
                .isEqualTo(0.5);
        assertThat(routed.json().at("/selection/held").asBoolean()).isFalse();
        assertThat(routed.json().at("/selection/reasons/0").asText()).isEqualTo("asked for");
        assertProblem(post("/api/v1/tasks/" + id + "/route", "{}"), 400, "invalid", "agent");
    }

    @Test
    void bulk_isAJob_thatIsFollowedAndStopped() {
        Reply begun = post(
                "/api/v1/tasks/bulk",
                "{\"action\":\"cancel\",\"reason\":\"old\",\"dryRun\":true,\"query\":{\"state\":[\"queued\"],\"agent\":\"a\","
                        + "\"tenant\":\"t\",\"text\":\"x\",\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-02T00:00:00Z\"}}");
        assertThat(begun.status()).isEqualTo(202);
        assertThat(begun.header("Location")).isEqualTo("/api/v1/tasks/bulk/bulk-1");
        assertThat(core.taskService.bulk.request())
                .isEqualTo(new BulkRequest(
                        BulkRequest.Action.CANCEL,
                        new TaskQuery(
                                Set.of(TaskState.QUEUED),
                                "a",
                                "t",
                                "x",
                                Instant.parse("2026-01-01T00:00:00Z"),
                                Instant.parse("2026-01-02T00:00:00Z"),
                                1,
                                null),
                        0,
                        "old",
                        true));
        assertThat(get("/api/v1/tasks/bulk/bulk-1?wait=1ms").json().has("endedAt"))
                .isFalse();

        Reply stopped = send("DELETE", "/api/v1/tasks/bulk/bulk-1", FakeCore.ADMIN, null);

        assertThat(stopped.json().get("error").asText()).isEqualTo("it was stopped");
        assertThat(stopped.json().get("changed").asInt()).isEqualTo(7);
        assertThat(stopped.json().get("sample")).hasSize(1);
        assertProblem(get("/api/v1/tasks/bulk/bulk-2"), 404, "not-found", null);
        for (String action : new String[] {"retry", "release"}) {
            assertThat(post("/api/v1/tasks/bulk", "{\"action\":\"" + action + "\",\"query\":{}}")
                            .status())
                    .isEqualTo(202);
        }
        assertThat(post("/api/v1/tasks/bulk", "{\"action\":\"prioritize\",\"priority\":9,\"query\":{}}")
                        .json()
                        .get("action")
                        .asText())
                .isEqualTo("prioritize");
    }

    @Test
    void queues_sayWhereTasksWait() {
        assertThat(get("/api/v1/queues").json().toString().replaceAll("\"oldestSince\":\"[^\"]*\",", ""))
                .isEqualTo("[{\"skills\":[\"a\",\"b\"],\"tenant\":\"t\",\"depth\":3,\"inPerSecond\":1.5,"
                        + "\"outPerSecond\":2.0,\"drainEtaMillis\":6000,\"agents\":[\"x\"],\"activeAgents\":1,"
                        + "\"freeSlots\":0},{\"skills\":[],\"tenant\":\"u\",\"depth\":0,\"inPerSecond\":0.0,"
                        + "\"outPerSecond\":0.25,\"agents\":[],\"activeAgents\":0,\"freeSlots\":0}]");
    }
}
