// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.agent.AgentCommand;
import org.junit.jupiter.api.Test;

class MainPathHttpTest extends HttpTestBase {
    @Test
    void agent_isRegisteredReadReplacedDrainedAndRemoved() {
        Reply made = post(
                "/api/v1/agents",
                "{\"id\":\"a1\",\"version\":\"2\",\"leaseMillis\":5000,\"skills\":[\"x\",{\"id\":\"y\",\"tags\":[\"t\"],"
                        + "\"examples\":[\"e\"],\"description\":\"d\",\"name\":null}],\"description\":null}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("Location")).isEqualTo("/api/v1/agents/a1");
        assertThat(made.json().get("secret").asText()).isNotEmpty();
        assertThat(made.json().at("/skills/1/name").asText()).isEqualTo("y");
        assertThat(get("/api/v1/agents/a1").json().get("leaseMillis").asInt()).isEqualTo(5000);
        assertThat(get("/api/v1/agents").json().at("/items/0/id").asText()).isEqualTo("a1");
        assertThat(send("PUT", "/api/v1/agents/a1", FakeCore.ADMIN, "{\"slots\":7}")
                        .json()
                        .get("slots")
                        .asInt())
                .isEqualTo(7);
        assertProblem(post("/api/v1/agents", "{\"id\":\"a1\"}"), 409, "conflict", "id");
        assertProblem(send("PUT", "/api/v1/agents/a1", FakeCore.ADMIN, "{\"id\":\"b\"}"), 400, "invalid", "id");
        Reply drained = post("/api/v1/agents/a1/drain?reason=weekly+care", null);
        assertThat(drained.json().get("state").asText()).isEqualTo("draining");
        assertThat(drained.json().get("cause").asText()).isEqualTo("weekly care");
        assertThat(send("DELETE", "/api/v1/agents/a1", FakeCore.ADMIN, null)
                        .json()
                        .get("state")
                        .asText())
                .isEqualTo("removed");
        assertProblem(get("/api/v1/agents/a1"), 404, "not-found", null);
    }

    @Test
    void agent_isPutToSleepAndWoken_andSaysWhatItIs() {
        post("/api/v1/agents", "{\"id\":\"a1\"}");
        assertThat(post("/api/v1/agents/a1/sleep?reason=idle", null)
                        .json()
                        .get("state")
                        .asText())
                .isEqualTo("preparing");
        assertThat(post("/api/v1/agents/a1/wake?reason=work", null)
                        .json()
                        .get("cause")
                        .asText())
                .isEqualTo("work");
        assertThat(post("/api/v1/agents/a1/heartbeat?state=asleep", null).status())
                .isEqualTo(200);
        assertProblem(post("/api/v1/agents/a1/heartbeat?state=tired", null), 400, "invalid", "state");
    }

    @Test
    void agentWithoutId_getsOne() {
        assertThat(post("/api/v1/agents", "{}").json().get("id").asText()).matches("agent-[a-z2-7]{8}");
    }

    @Test
    void task_goesFromSubmissionToResult() {
        String secret = agent("worker", "count");
        Reply made = post(
                "/api/v1/tasks",
                "{\"description\":\"count\",\"name\":\"n\",\"skills\":[\"count\"],\"priority\":7,\"tenant\":\"t\","
                        + "\"input\":{\"b\":[1,2.50,\"ü\"],\"a\":null},\"deadline\":\"2027-01-01T00:00:00Z\","
                        + "\"notBefore\":\"2026-01-01T00:00:00Z\",\"attemptTimeoutMillis\":9000,"
                        + "\"onDependencyFailure\":\"run\",\"dependsOn\":[],\"parent\":null,"
                        + "\"retry\":{\"maxAttempts\":5,\"initialDelayMillis\":1,\"maxDelayMillis\":2}}");
        assertThat(made.status()).isEqualTo(201);
        String id = made.json().get("id").asText();
        assertThat(made.header("Location")).isEqualTo("/api/v1/tasks/" + id);
        assertThat(made.body()).contains("\"input\":{\"b\":[1,2.50,\"ü\"],\"a\":null}");
        assertThat(made.json().get("duplicate").asBoolean()).isFalse();

        JsonNode claimed = send("POST", "/api/v1/agents/worker/claims?max=5&wait=30s", secret, "")
                .json()
                .get(0);
        assertThat(claimed.get("token").asInt()).isEqualTo(1);
        assertThat(claimed.get("agent").asText()).isEqualTo("worker");
        assertThat(claimed.get("state").asText()).isEqualTo("working");
        assertThat(claimed.has("leaseUntil")).isTrue();
        assertThat(claimed.get("traceparent").asText()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");

        Reply beat = send("POST", "/api/v1/tasks/" + id + "/heartbeat", secret, "{\"token\":1,\"progress\":\"half\"}");
        assertThat(beat.json().has("leaseUntil")).isTrue();
        assertThat(get("/api/v1/tasks/" + id).json().get("progress").asText()).isEqualTo("half");
        Reply done = send("POST", "/api/v1/tasks/" + id + "/complete", secret, "{\"token\":1,\"result\":{\"n\": 3}}");
        assertThat(done.body()).contains("\"result\":{\"n\": 3}");
        assertThat(done.json().at("/attempts/0/end").asText()).isEqualTo("completed");
        assertProblem(send("POST", "/api/v1/tasks/" + id + "/complete", secret, "{\"token\":1}"), 409, "fenced", null);
    }

    @Test
    void reservation_isPassedOnAndShown() {
        agent("a");
        assertThat(get("/api/v1/agents/a").json().get("reserved").asInt()).isEqualTo(1);
        Reply reply = post("/api/v1/tasks", "{\"description\":\"d\",\"reservation\":\"r1\"}");
        assertThat(reply.json().get("reservation").asText()).isEqualTo("r1");
        assertThat(get("/api/v1/tasks/" + reply.json().get("id").asText())
                        .json()
                        .get("reservation")
                        .asText())
                .isEqualTo("r1");
    }

    @Test
    void traceOfTheCaller_goesOnToTheAgent_andWhatIsNoneIsPassedOver() {
        String secret = agent("traced");
        String trace = "0af7651916cd43dd8448eb211c80319c";
        String header = "00-" + trace + "-b7ad6b7169203331-00";
        send("POST", "/api/v1/tasks", FakeCore.ADMIN, "{\"description\":\"d\"}", "traceparent", header);
        assertThat(traceOfNext(secret))
                .startsWith("00-" + trace)
                .endsWith("-00")
                .isNotEqualTo(header);
        String own = "{\"description\":\"d\",\"traceparent\":\"00-" + trace + "-b7ad6b7169203331-01\"}";
        send("POST", "/api/v1/tasks", FakeCore.ADMIN, own, "traceparent", header);
        assertThat(traceOfNext(secret)).startsWith("00-" + trace).endsWith("-01");
        send("POST", "/api/v1/tasks", FakeCore.ADMIN, "{\"description\":\"d\"}", "traceparent", "garbage");
        assertThat(traceOfNext(secret)).doesNotContain(trace).endsWith("-01");
    }

    private String traceOfNext(String secret) {
        return send("POST", "/api/v1/agents/traced/claims?max=1&wait=30s", secret, "")
                .json()
                .at("/0/traceparent")
                .asText();
    }

    @Test
    void idempotencyKey_answersTheFirstTask() {
        Reply first = send("POST", "/api/v1/tasks", FakeCore.ADMIN, "{\"description\":\"d\"}", "Idempotency-Key", "k");
        Reply again = send("POST", "/api/v1/tasks", FakeCore.ADMIN, "{\"description\":\"d\"}", "Idempotency-Key", "k");
        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().get("id")).isEqualTo(first.json().get("id"));
        assertThat(again.json().get("duplicate").asBoolean()).isTrue();
        String other = "{\"description\":\"d\",\"idempotencyKey\":\"other\"}";
        assertProblem(
                send("POST", "/api/v1/tasks", FakeCore.ADMIN, other, "Idempotency-Key", "k"),
                400,
                "invalid",
                "idempotencyKey");
        assertProblem(
                send("POST", "/api/v1/tasks", FakeCore.ADMIN, "[" + other + "]", "Idempotency-Key", "k"),
                400,
                "invalid",
                "[0].idempotencyKey");
        Reply array = send(
                "POST",
                "/api/v1/tasks",
                FakeCore.ADMIN,
                "[{\"description\":\"a\"},{\"description\":\"b\"}]",
                "Idempotency-Key",
                "K");
        assertThat(array.status()).isEqualTo(201);
        assertThat(array.json().at("/1/idempotencyKey").asText()).isEqualTo("K/1");
    }

    @Test
    void tasks_areListedByEveryCriterion() {
        for (int i = 0; i < 5; i++) {
            task("number " + i);
        }
        post("/api/v1/tasks/04-4/cancel", "{\"reason\":\"enough\"}");
        Reply page = get("/api/v1/tasks?state=queued,working&tenant=default&text=number&limit=3"
                + "&from=2000-01-01T00:00:00Z&to=2200-01-01T00:00:00Z&agent=");
        assertThat(page.json().get("items")).hasSize(3);
        Reply rest = get("/api/v1/tasks?state=queued&limit=3&cursor="
                + page.json().get("next").asText());
        assertThat(rest.json().get("items")).hasSize(1);
        assertThat(rest.json().has("next")).isFalse();
        assertThat(get("/api/v1/tasks?agent=nobody").json().get("items")).isEmpty();
    }

    @Test
    void failure_isRetriedUnlessItSaysOtherwise() {
        String id = task("fails");
        String secret = agent("worker");
        send("POST", "/api/v1/agents/worker/claims", secret, "");
        assertThat(send("POST", "/api/v1/tasks/" + id + "/fail", secret, "{\"token\":1,\"error\":\"oh\"}")
                        .json()
                        .get("state")
                        .asText())
                .isEqualTo("queued");
        send("POST", "/api/v1/agents/worker/claims", secret, "");
        Reply failed = send(
                "POST", "/api/v1/tasks/" + id + "/fail", secret, "{\"token\":2,\"error\":\"no\",\"retryable\":false}");
        assertThat(failed.json().get("error").asText()).isEqualTo("no");
        assertThat(post("/api/v1/tasks/" + id + "/retry", null)
                        .json()
                        .get("state")
                        .asText())
                .isEqualTo("queued");
        assertProblem(post("/api/v1/tasks/" + id + "/retry", null), 409, "conflict", null);
        assertThat(get("/api/v1/tasks/" + id + "/why").json().get("reasons")).hasSize(2);
        assertThat(post("/api/v1/tasks/" + id + "/cancel", null)
                        .json()
                        .get("state")
                        .asText())
                .isEqualTo("canceled");
    }

    @Test
    void question_isAnsweredWithAnyJson() {
        String id = task("asks");
        String secret = agent("worker");
        assertProblem(post("/api/v1/tasks/" + id + "/answer", "{\"answer\":1}"), 409, "conflict", null);
        send("POST", "/api/v1/agents/worker/claims", secret, "");
        Reply asks =
                send("POST", "/api/v1/tasks/" + id + "/input-required", secret, "{\"token\":1,\"prompt\":\"which?\"}");
        assertThat(asks.json().get("state").asText()).isEqualTo("input-required");
        core.agents.commands.add(new AgentCommand(AgentCommand.Kind.INPUT, id, 1, "[true]"));
        core.agents.commands.add(new AgentCommand(AgentCommand.Kind.DRAIN, null, 0, "night"));
        core.agents.commands.add(new AgentCommand(AgentCommand.Kind.CANCEL, id, 1, null));
        Reply beat = send("POST", "/api/v1/agents/worker/heartbeat", secret, "");
        assertThat(beat.json().at("/commands/0/detail/0").asBoolean()).isTrue();
        assertThat(beat.json().at("/commands/1/detail").asText()).isEqualTo("night");
        assertThat(post("/api/v1/tasks/" + id + "/answer", "{\"answer\":[true]}")
                        .body())
                .contains("\"answer\":[true]");
    }

    @Test
    void administrator_speaksForTheNewestAttemptsAgent() {
        String id = task("helped");
        assertProblem(post("/api/v1/tasks/" + id + "/complete", "{\"token\":1}"), 409, "fenced", null);
        String secret = agent("worker");
        send("POST", "/api/v1/agents/worker/claims", secret, "");
        assertProblem(
                post("/api/v1/tasks/" + id + "/heartbeat", "{\"token\":1,\"agent\":\"other\"}"), 409, "fenced", null);
        Reply done = post("/api/v1/tasks/" + id + "/complete", "{\"token\":1}");
        assertThat(done.body()).contains("\"result\":null");
        assertProblem(post("/api/v1/tasks/none/complete", "{\"token\":1}"), 404, "not-found", null);
    }

    @Test
    void completions_areJudgedEachAlone() {
        for (int i = 0; i < 3; i++) {
            task("batch " + i);
        }
        String secret = agent("worker");
        send("POST", "/api/v1/agents/worker/claims?max=3", secret, "");
        String some = "[{\"task\":\"00-0\",\"token\":1,\"result\":1},{\"task\":\"01-1\",\"token\":9},"
                + "{\"task\":\"none\",\"token\":1}]";
        Reply mine = send("POST", "/api/v1/completions", secret, some);
        assertThat(mine.json().at("/0/status").asInt()).isEqualTo(200);
        assertThat(mine.json().at("/1/reason").asText()).isEqualTo("fenced");
        assertThat(mine.json().at("/2/status").asInt()).isEqualTo(404);
        String rest = "[{\"task\":\"none\",\"token\":1},{\"task\":\"01-1\",\"token\":1},{\"task\":\"02-2\",\"token\":1,"
                + "\"agent\":\"worker\"}]";
        Reply all = post("/api/v1/completions", rest);
        assertThat(all.json().at("/0/status").asInt()).isEqualTo(404);
        assertThat(all.json().at("/1/status").asInt()).isEqualTo(200);
        assertThat(all.json().at("/2/status").asInt()).isEqualTo(200);
        assertThat(post("/api/v1/completions", "[{\"task\":\"none\",\"token\":1}]")
                        .json()
                        .at("/0/status")
                        .asInt())
                .isEqualTo(404);
    }

    @Test
    void emptyClaim_answersNothingAfterTheWait() {
        String secret = agent("worker");
        assertThat(send("POST", "/api/v1/agents/worker/claims", secret, "").status())
                .isEqualTo(204);
        assertThat(send("POST", "/api/v1/agents/worker/claims?wait=50ms", secret, "")
                        .status())
                .isEqualTo(204);
        assertThat(send("POST", "/api/v1/agents/worker/claims?wait=50", secret, "")
                        .status())
                .isEqualTo(204);
    }

    @Test
    void largeAnswer_arrivesWhole() {
        String text = "x".repeat(3000);
        StringBuilder tasks = new StringBuilder("[");
        for (int i = 0; i < 20; i++) {
            tasks.append(i == 0 ? "" : ",")
                    .append("{\"description\":\"")
                    .append(text)
                    .append("\"}");
        }
        Reply made = post("/api/v1/tasks", tasks.append("]").toString());
        assertThat(made.json()).hasSize(20);
        Reply listed = get("/api/v1/tasks");
        assertThat(listed.body().length()).isGreaterThan(60_000);
        assertThat(listed.json().get("items")).hasSize(20);
    }
}
