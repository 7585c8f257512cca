// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Guard;
import io.skep.api.admin.Intent;
import io.skep.api.admin.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the edge asks before it lets anybody do anything, and how it keeps to the answer. */
class AdmissionHttpTest extends HttpTestBase {
    private static final String ADA = "adas-token";
    private static final String BOT = "bots-token";

    @BeforeEach
    void know() {
        Principal ada = new Principal("ada", "human", "blue", Set.of("developer"), null, "https://id", null);
        core.people.put(ADA, new Caller(ada, null, "blue"));
        Principal bot = new Principal("bot", "agent", "blue", Set.of("agent"), null, "https://id", "ada");
        core.people.put(BOT, new Caller(bot, null, "blue"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /api/v1/tasks,                 list,     task,       -,  true",
        "POST,   /api/v1/tasks,                 create,   task,       -,  true",
        "GET,    /api/v1/tasks/t1,              read,     task,       t1, false",
        "POST,   /api/v1/tasks/t1/cancel,       cancel,   task,       t1, false",
        "POST,   /api/v1/tasks/t1/complete,     complete, attempt,    t1, false",
        "PUT,    /api/v1/agents/a1,             register, agent,      a1, false",
        "POST,   /api/v1/agents/a1/claims,      claim,    agent,      a1, false",
        "DELETE, /api/v1/plugins/p1,            delete,   plugin,     p1, false",
        "PUT,    /api/v1/flags/f1,              update,   flag,       f1, false",
        "POST,   /api/v1/store/backup,          create,   store,      -,  false",
        "GET,    /api/v1/workflows,             list,     workflow,   -,  true",
        "POST,   /api/v1/workflows,             create,   workflow,   -,  true",
        "GET,    /api/v1/workflows/w1,          read,     workflow,   w1, true",
        "POST,   /api/v1/workflows/w1/cancel,   cancel,   workflow,   w1, true",
        "POST,   /api/v1/workflows/templates,   update,   workflow,   -,  true",
        "GET,    /api/v1/tasks/bulk/b1,         list,     task,       b1, true",
        "DELETE, /api/v1/tasks/bulk/b1,         update,   task,       b1, true",
        "GET,    /api/v1/queues,                list,     queue,      -,  true",
        "GET,    /metrics,                      read,     metrics,    -,  false",
    })
    void edge_asksForWhatTheCallDoes(
            String method, String path, String action, String type, String id, boolean narrowable) {
        send(method, path, ADA, method.equals("GET") || method.equals("DELETE") ? null : "{}");
        assertThat(core.asked).contains(new Intent(action, type, id.equals("-") ? null : id, narrowable));
        assertThat(core.credentials.get(0).token()).isEqualTo(ADA);
        assertThat(core.credentials.get(0).isLocal()).isTrue();
        assertThat(core.credentials.get(0).address()).isEqualTo("127.0.0.1");
        assertThat(core.credentials.get(0).call()).startsWith(method + " /");
    }

    @Test
    void unknownPath_needsAKnownCaller_andNothingElse() {
        assertThat(send("GET", "/api/v1/nothing", null, null).status()).isEqualTo(401);
        assertThat(send("GET", "/api/v1/nothing", ADA, null).status()).isEqualTo(404);
        assertThat(core.asked).containsOnlyNulls();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void person_isLetIn_nowOrLater(boolean late) {
        core.late = late;
        assertThat(send("GET", "/api/v1/tasks", ADA, null).status()).isEqualTo(200);
        assertThat(send("POST", "/api/v1/tasks", ADA, "{\"description\": \"d\"}")
                        .status())
                .isEqualTo(201);
        assertThat(send("GET", "/api/v1/tasks", "wrong", null).status()).isEqualTo(401);
        assertThat(send("GET", "/api/v1/tasks?limit=x", ADA, null).status()).isEqualTo(400);
    }

    @Test
    void requestWhoseThreadIsKept_byWhoeverDecides_isAnsweredAllTheSame() {
        core.late = true;
        CountDownLatch held = new CountDownLatch(1);
        core.held = held;
        try {
            core.unavailable = Refusal.retryLater(Refusal.Reason.UNAVAILABLE, "it hangs", Duration.ofSeconds(3));
            assertProblem(send("GET", "/api/v1/tasks", ADA, null), 503, "unavailable", null);
            core.unavailable = null;
            assertThat(send("GET", "/api/v1/tasks", ADA, null).status()).isEqualTo(200);
        } finally {
            held.countDown();
        }
        assertThat(send("GET", "/api/v1/tasks", ADA, null).status()).isEqualTo(200);
    }

    @Test
    void whoHasNoToken_orAWrongOne_isToldSo() {
        Reply without = send("GET", "/api/v1/tasks", null, null);
        assertProblem(without, 401, "unauthenticated", null);
        assertThat(without.header("WWW-Authenticate")).isEqualTo("Bearer");
        Reply wrong = send("GET", "/api/v1/tasks", "wrong", null);
        assertProblem(wrong, 401, "unauthenticated", null);
        assertThat(wrong.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
    }

    @Test
    void whenNobodyCanDecide_itIsSaidWhenToComeBack() {
        core.unavailable = Refusal.retryLater(Refusal.Reason.UNAVAILABLE, "security is away", Duration.ofSeconds(3));
        Reply reply = send("GET", "/api/v1/tasks", ADA, null);
        assertProblem(reply, 503, "unavailable", null);
        assertThat(reply.header("Retry-After")).isEqualTo("3");
        assertThat(send("GET", "/health/live", null, null).status()).isEqualTo(200);
    }

    @Test
    void callerOfOneTenant_submitsToIt_asItsOwn() {
        Reply mine = send("POST", "/api/v1/tasks", ADA, "{\"description\": \"d\", \"tenant\": \"blue\"}");
        assertThat(mine.status()).isEqualTo(201);
        assertThat(mine.json().path("tenant").asText()).isEqualTo("blue");
        assertThat(mine.json().path("owner").asText()).isEqualTo("ada");
        Reply silent = send("POST", "/api/v1/tasks", ADA, "[{\"description\": \"d\"}]");
        assertThat(silent.json().path(0).path("tenant").asText()).isEqualTo("blue");
        assertProblem(
                send("POST", "/api/v1/tasks", ADA, "{\"description\": \"d\", \"tenant\": \"red\"}"),
                403,
                "forbidden",
                "tenant");
        assertProblem(
                send("POST", "/api/v1/tasks", ADA, "{\"description\": \"d\", \"owner\": \"eve\"}"),
                400,
                "invalid",
                "owner");
        assertThat(post("/api/v1/tasks", "{\"description\": \"d\"}").json().has("owner"))
                .isFalse();
    }

    @Test
    void callerOfOneTenant_seesItAlone() {
        post("/api/v1/tasks", "{\"description\": \"theirs\", \"tenant\": \"red\"}");
        send("POST", "/api/v1/tasks", ADA, "{\"description\": \"mine\"}");
        Reply all = send("GET", "/api/v1/tasks", ADA, null);
        assertThat(all.json().path("items")).hasSize(1);
        assertThat(all.json().path("items").path(0).path("description").asText())
                .isEqualTo("mine");
        assertProblem(send("GET", "/api/v1/tasks?tenant=red", ADA, null), 403, "forbidden", "tenant");
        assertThat(get("/api/v1/tasks").json().path("items")).hasSize(2);
    }

    @Test
    void callerOfOneTenant_seesItsQueuesAlone() {
        core.people.put(ADA, new Caller(core.people.get(ADA).principal(), null, "t"));
        Reply queues = send("GET", "/api/v1/queues", ADA, null);
        assertThat(queues.json()).hasSize(1);
        assertThat(queues.json().path(0).path("tenant").asText()).isEqualTo("t");
        assertThat(get("/api/v1/queues").json()).hasSize(2);
        assertThat(get("/api/v1/queues?tenant=u").json()).hasSize(1);
        assertProblem(send("GET", "/api/v1/queues?tenant=u", ADA, null), 403, "forbidden", "tenant");
    }

    @Test
    void callerOfOneTenant_changesManyTasksOfItAlone() {
        post("/api/v1/tasks", "{\"description\": \"theirs\", \"tenant\": \"red\"}");
        send("POST", "/api/v1/tasks", ADA, "{\"description\": \"mine\"}");
        String all = "{\"action\": \"cancel\", \"query\": {}, \"dryRun\": true}";
        assertThat(send("POST", "/api/v1/tasks/bulk", ADA, all).status()).isEqualTo(202);
        assertThat(core.taskService.bulk.request().query().tenant()).isEqualTo("blue");
        String theirs = "{\"action\": \"cancel\", \"query\": {\"tenant\": \"red\"}}";
        assertProblem(send("POST", "/api/v1/tasks/bulk", ADA, theirs), 403, "forbidden", "query.tenant");
        assertThat(send("POST", "/api/v1/tasks/bulk", FakeCore.ADMIN, all).status())
                .isEqualTo(202);
        assertThat(core.taskService.bulk.request().query().tenant()).isNull();
    }

    @Test
    void bulkJob_ofAnotherTenantOrOfAll_isNotThere() {
        String all = "{\"action\": \"cancel\", \"query\": {%s}, \"dryRun\": true}";
        for (String query : List.of("", "\"tenant\": \"red\"")) {
            String theirs = bulk(FakeCore.ADMIN, String.format(all, query));
            assertProblem(send("GET", theirs, ADA, null), 404, "not-found", null);
            assertProblem(send("DELETE", theirs, ADA, null), 404, "not-found", null);
            assertThat(core.taskService.bulk.error()).isNull();
            assertThat(send("GET", theirs, FakeCore.ADMIN, null).status()).isEqualTo(200);
        }
        String mine = bulk(ADA, String.format(all, ""));
        assertThat(send("GET", mine, ADA, null).status()).isEqualTo(200);
        assertThat(send("DELETE", mine, ADA, null).status()).isEqualTo(200);
        assertThat(core.taskService.bulk.error()).isEqualTo("it was stopped");
    }

    private String bulk(String token, String body) {
        return send("POST", "/api/v1/tasks/bulk", token, body).header("Location");
    }

    @Test
    void whoReachesOnlyItsOwn_getsNoListsAndNoBulks_andSubmits() {
        Principal own = new Principal("own", "human", "blue", Set.of("developer"), null, "https://id", null);
        core.people.put("owns-token", new Caller(own, null, "blue", true));
        for (String list : List.of("tasks", "queues", "events")) {
            assertProblem(send("GET", "/api/v1/" + list, "owns-token", null), 403, "forbidden", null);
        }
        assertProblem(
                send("POST", "/api/v1/tasks/bulk", "owns-token", "{\"action\": \"cancel\", \"query\": {}}"),
                403,
                "forbidden",
                null);
        assertThat(send("POST", "/api/v1/tasks", "owns-token", "{\"description\": \"d\"}")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void workflow_isStartedForTheCallersTenant_andNoOther() {
        assertThat(send("POST", "/api/v1/workflows", ADA, "{\"workflow\": \"w\"}")
                        .status())
                .isEqualTo(200);
        assertThat(core.called.tenant()).isEqualTo("blue");
        assertThat(core.called.caller()).isEqualTo(core.people.get(ADA));
        core.called = null;
        assertProblem(
                send("POST", "/api/v1/workflows", ADA, "{\"workflow\": \"w\", \"tenant\": \"red\"}"),
                403,
                "forbidden",
                "tenant");
        assertThat(core.called).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "POST,   /api/v1/plugins/security/rollback",
        "POST,   /api/v1/plugins/security/upgrade",
        "DELETE, /api/v1/plugins/security",
        "PUT,    /api/v1/flags/oauth_auth",
        "PUT,    /api/v1/flags/rbac_enforcement",
        "PUT,    /api/v1/flags/audit_logging",
        "PUT,    /api/v1/flags/legacy.mode",
    })
    void whatDecidesAboutCallers_isChangedOnlyByThoseWhoMaySetThePolicy(String method, String path) {
        core.forbidden.add(Guard.INTENT);
        assertProblem(send(method, path, ADA, "{\"rule\": \"off\"}"), 403, "forbidden", null);
        assertThat(core.asked).hasSize(2).endsWith(Guard.INTENT);
        core.forbidden.clear();
        assertThat(send(method, path, ADA, "{\"rule\": \"off\"}").status()).isNotEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /api/v1/plugins/security",
        "DELETE, /api/v1/plugins/p1",
        "PUT,    /api/v1/flags/semantic_routing",
        "GET,    /api/v1/agents/security",
    })
    void everythingElse_takesNoMoreThanItSays(String method, String path) {
        send(method, path, ADA, method.equals("PUT") ? "{\"rule\": \"off\"}" : null);
        assertThat(core.asked).hasSize(1).doesNotContain(Guard.INTENT);
    }

    @Test
    void operation_isAskedForByItsOwnNeed_andThePluginIsToldWhoCalls() {
        String body = "{\"agentId\": \"x\", \"data\": {\"text\": \"t\"}}";
        assertThat(send("POST", "/api/v1/capabilities/semantic_routing", ADA, body)
                        .status())
                .isEqualTo(200);
        assertThat(core.asked).contains(Intent.to("call", "capability"));
        assertThat(core.called.caller()).isEqualTo(core.people.get(ADA));
        assertThat(core.called.tenant()).isEqualTo("blue");
        assertThat(core.called.agent()).isEqualTo("x");
        core.forbidden.add(Intent.to("call", "capability"));
        core.called = null;
        assertProblem(send("POST", "/api/v1/capabilities/semantic_routing", ADA, body), 403, "forbidden", null);
        assertThat(core.called).isNull();
    }

    @Test
    void callerOfOneTenant_namesAnother_onlyIfItMaySubmitToAll() {
        String body = "{\"tenant\": \"red\", \"data\": {\"text\": \"t\"}}";
        assertThat(send("POST", "/api/v1/capabilities/semantic_routing", ADA, body)
                        .status())
                .isEqualTo(200);
        core.forbidden.add(Intent.to("create", "task"));
        assertProblem(send("POST", "/api/v1/capabilities/semantic_routing", ADA, body), 403, "forbidden", null);
    }

    @Test
    void agent_callsOnlyOperationsForAgents_andOnlyForItself() {
        String body = "{\"agentId\": \"x\", \"data\": {\"text\": \"t\"}}";
        assertProblem(send("POST", "/api/v1/capabilities/semantic_routing", BOT, body), 403, "forbidden", null);
        String open = "{\"operation\": \"note\", \"agentId\": \"x\", \"data\": {\"text\": \"t\"}}";
        assertThat(send("POST", "/api/v1/capabilities/semantic_routing", BOT, open)
                        .status())
                .isEqualTo(200);
        assertThat(core.called.agent()).isEqualTo("bot");
    }

    @Test
    void agentKnownFromElsewhere_registersItself_andNobodyElse() {
        Reply registered = send("PUT", "/api/v1/agents/bot", BOT, "{}");
        assertThat(registered.status()).isEqualTo(200);
        assertThat(registered.json().path("owner").asText()).isEqualTo("ada");
        assertProblem(send("PUT", "/api/v1/agents/other", BOT, "{}"), 403, "forbidden", null);
        assertProblem(send("POST", "/api/v1/agents", BOT, "{}"), 403, "forbidden", null);
        String secret = registered.json().path("secret").asText();
        assertProblem(send("PUT", "/api/v1/agents/bot", secret, "{}"), 403, "forbidden", null);
    }

    @Test
    void agent_isOfWhoRegistersIt_unlessItIsSaid() {
        assertThat(post("/api/v1/agents", "{}").json().path("owner").asText()).isEqualTo("administrator");
        assertThat(send("POST", "/api/v1/agents", ADA, "{}")
                        .json()
                        .path("owner")
                        .asText())
                .isEqualTo("ada");
        assertThat(post("/api/v1/agents", "{\"owner\": \"eve\"}")
                        .json()
                        .path("owner")
                        .asText())
                .isEqualTo("eve");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "127.9.9.9, true",
        "::1,       true",
        "0:0:0:0:0:0:0:1, true",
        "10.0.0.1,  false",
        "0.0.0.0,   false",
        "localhost, false",
        "'',        false",
        ",          false",
    })
    void onlyALoopbackAddress_isOne(String address, boolean is) {
        assertThat(Dispatcher.isLoopback(address)).isEqualTo(is);
    }
}
