// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import static io.skep.plugin.security.Server.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.Refusal.Reason;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Intent;
import io.skep.api.agent.AgentSpec;
import io.skep.api.task.TaskSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in by core, when the plugin decides over the real core. */
class AdmissionTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private Server server;

    @BeforeEach
    void start() throws IOException {
        server = new Server(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Caller caller(Object admitted) {
        assertThat(admitted).isInstanceOf(Caller.class);
        return (Caller) admitted;
    }

    @Test
    void administratorsKey_isMadeOnce_forItsOwnersEyes_andOpensEverything() throws IOException {
        Path file = directory.resolve("keys").resolve("admin.key");
        await().atMost(LONG).until(() -> Files.exists(file));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        String key = Files.readString(file).strip();
        assertThat(caller(server.admit(key, "update", "policy")).principal().roles())
                .containsExactly("admin");
        Files.delete(file);
        server.restart();
        assertThat(caller(server.admit(key, "delete", "plugin")).principal().id())
                .isEqualTo("admin");
        assertThat(server.call("oauth_auth", "credentials", "{}").path("credentials"))
                .hasSize(1);
        assertThat(file).doesNotExist();
    }

    @Test
    void roleDecides_andTheTenant() {
        String ada = server.key("ada", "human", "blue", "viewer");
        assertThat(caller(server.admit(ada, new Intent("list", "task", null, true)))
                        .tenant())
                .isEqualTo("blue");
        assertThat(caller(server.admit(ada, "list", "agent")).tenant()).isNull();
        assertThat(server.admit(ada, "list", "task")).isEqualTo(Reason.FORBIDDEN);
        assertThat(server.admit(ada, "create", "task")).isEqualTo(Reason.FORBIDDEN);
        assertThat(server.admit(ada, "upgrade", "plugin")).isEqualTo(Reason.FORBIDDEN);
        assertThat(server.admit(ada, "fly", "kite")).isEqualTo(Reason.FORBIDDEN);
    }

    @Test
    void task_isReachedByItsOwnTenantAndOwner() {
        String ada = server.key("ada", "human", "blue", "developer");
        String bob = server.key("bob", "human", "blue", "developer");
        String eve = server.key("eve", "human", "red", "operator");
        String task = get(server.skep
                        .tasks()
                        .submit(List.of(
                                TaskSpec.of("t").tenant("blue").owner("ada").build())))
                .get(0)
                .task()
                .id();
        Intent cancel = new Intent("cancel", "task", task, false);
        Intent read = new Intent("read", "task", task, false);
        assertThat(server.admit(ada, cancel)).isInstanceOf(Caller.class);
        assertThat(server.admit(bob, read)).isInstanceOf(Caller.class);
        assertThat(server.admit(bob, cancel)).isEqualTo(Reason.FORBIDDEN);
        assertThat(server.admit(eve, cancel)).isEqualTo(Reason.FORBIDDEN);
        assertThat(server.admit(eve, read)).isEqualTo(Reason.FORBIDDEN);
        assertThat(server.admit(eve, new Intent("read", "task", "00-unknown", false)))
                .isEqualTo(Reason.FORBIDDEN);
    }

    @Test
    void agent_reachesItsOwnAttempts_byItsSecretAndByItsKey() {
        String secret = get(server.skep.agents().register(AgentSpec.of("bot", 1), false))
                .secret();
        get(server.skep.agents().register(AgentSpec.of("other", 1), false));
        String key = server.key("bot", "agent", "blue", "agent");
        String task = get(server.skep
                        .tasks()
                        .submit(List.of(TaskSpec.of("t").tenant("red").build())))
                .get(0)
                .task()
                .id();
        get(server.skep.attempts().claim("bot", 1, LONG));
        for (String token : List.of(secret, key)) {
            assertThat(caller(server.admit(token, new Intent("complete", "attempt", task, false)))
                            .agent())
                    .isEqualTo("bot");
            assertThat(server.admit(token, new Intent("read", "task", task, false)))
                    .isInstanceOf(Caller.class);
            assertThat(server.admit(token, new Intent("claim", "agent", "bot", false)))
                    .isInstanceOf(Caller.class);
            assertThat(server.admit(token, new Intent("claim", "agent", "other", false)))
                    .isEqualTo(Reason.FORBIDDEN);
            assertThat(server.admit(token, "list", "task")).isEqualTo(Reason.FORBIDDEN);
            assertThat(server.admit(token, "list", "flag")).isEqualTo(Reason.FORBIDDEN);
        }
    }

    @Test
    void roleOfAgents_givesNothingToOthers() {
        String fake = server.key("bot", "service", "blue", "agent");
        assertThat(server.admit(fake, "create", "task")).isEqualTo(Reason.FORBIDDEN);
        assertThat(server.admit(fake, new Intent("heartbeat", "agent", "bot", false)))
                .isEqualTo(Reason.FORBIDDEN);
    }

    @Test
    void whoIsNotKnown_isNotLetIn_andThatIsRecorded() {
        assertThat(server.admit(null, "list", "task")).isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(server.admit("nonsense", "list", "task")).isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(server.admit("skep_none_none", "list", "task")).isEqualTo(Reason.UNAUTHENTICATED);
        JsonNode denied = server.events("{\"outcome\":\"denied\",\"action\":\"login\"}");
        assertThat(denied).hasSize(3);
        assertThat(denied.toString()).doesNotContain("nonsense");
    }

    @Test
    void denial_isInTheLog_beforeItIsTold_andSoIsAChange() {
        String ada = server.key("ada", "human", "blue", "viewer");
        server.admit(ada, "upgrade", "plugin");
        JsonNode denied = server.events("{\"outcome\":\"denied\",\"action\":\"upgrade\"}");
        assertThat(denied).hasSize(1);
        assertThat(denied.path(0).path("name").asText()).isEqualTo("ada");
        assertThat(denied.path(0).path("actor").asText()).startsWith("person-");
        assertThat(denied.path(0).path("facts").path("rule").asText()).startsWith("deny:");
        String root = server.key("root2", "human", "default", "admin");
        server.admit(root, "upgrade", "plugin");
        assertThat(server.events("{\"outcome\":\"success\",\"action\":\"upgrade\"}"))
                .hasSize(1);
    }

    @Test
    void whatReads_isInTheLogSoonAfter() {
        String ada = server.key("ada", "human", "blue", "viewer");
        server.admit(ada, "list", "agent");
        await().atMost(LONG)
                .until(() -> server.events("{\"action\":\"list\",\"type\":\"agent\"}")
                                .size()
                        == 1);
    }

    @Test
    void tooManyCalls_areTurnedAway() throws IOException {
        Settings settings = Server.settings(directory);
        var few = settings.identity()
                .with(
                        new io.skep.plugin.security.identity.guard.LimitSettings(1, 3, 1, 3, 100),
                        settings.identity().lockout());
        String ada = server.key("ada", "human", "blue", "viewer");
        server.plugin.take(Server.settings(directory, few));
        for (int i = 0; i < 3; i++) {
            assertThat(server.admit(ada, "list", "agent")).isInstanceOf(Caller.class);
        }
        assertThat(server.admit(ada, "list", "agent")).isEqualTo(Reason.BUSY);
        for (int i = 0; i < 3; i++) {
            assertThat(server.admit(null, "list", "agent")).isEqualTo(Reason.UNAUTHENTICATED);
        }
        assertThat(server.admit(null, "list", "agent")).isEqualTo(Reason.BUSY);
        assertThat(server.admit("nonsense", "list", "agent")).isEqualTo(Reason.BUSY);
    }

    @Test
    void whatIsOneOwn_isAllThatSomeMayReach_whereThatWouldDo() {
        String ada = server.key("ada", "human", "blue", "developer");
        String otto = server.key("otto", "human", "blue", "operator");
        String root = server.key("root2", "human", "blue", "admin");
        Intent cancel = new Intent("cancel", "workflow", null, true);
        Intent one = new Intent("cancel", "workflow", "w-1", true);
        for (Intent wanted : List.of(cancel, one)) {
            assertThat(caller(server.admit(ada, wanted)))
                    .returns(true, Caller::isOwnOnly)
                    .returns("blue", Caller::tenant);
            assertThat(caller(server.admit(otto, wanted)))
                    .returns(false, Caller::isOwnOnly)
                    .returns("blue", Caller::tenant);
            assertThat(caller(server.admit(root, wanted)))
                    .returns(false, Caller::isOwnOnly)
                    .returns(null, Caller::tenant);
        }
        assertThat(caller(server.admit(ada, new Intent("list", "workflow", null, true)))
                        .isOwnOnly())
                .isFalse();
        assertThat(server.admit(ada, Intent.to("cancel", "workflow"))).isEqualTo(Reason.FORBIDDEN);
        assertThat(server.admit(ada, new Intent("approve", "gate", null, true))).isEqualTo(Reason.FORBIDDEN);
    }

    @Test
    void coresOwnTokens_areCountedToo_eachForItself() throws IOException {
        Settings settings = Server.settings(directory);
        var few = settings.identity()
                .with(
                        new io.skep.plugin.security.identity.guard.LimitSettings(1, 3, 1000, 1000, 100),
                        settings.identity().lockout());
        List<String> secrets = List.of("bot", "other").stream()
                .map(id -> get(server.skep.agents().register(AgentSpec.of(id, 1), false))
                        .secret())
                .toList();
        server.plugin.take(Server.settings(directory, few));
        Intent heartbeat = new Intent("heartbeat", "agent", "bot", false);
        for (int i = 0; i < 3; i++) {
            assertThat(server.admit(secrets.get(0), heartbeat)).isInstanceOf(Caller.class);
        }
        assertThat(server.admit(secrets.get(0), heartbeat)).isEqualTo(Reason.BUSY);
        assertThat(server.admit(secrets.get(1), new Intent("heartbeat", "agent", "other", false)))
                .isInstanceOf(Caller.class);
    }

    @Test
    void policy_isTaken_forTheNextDecision_andKept() throws IOException {
        String ada = server.key("ada", "human", "blue", "viewer");
        assertThat(server.admit(ada, "upgrade", "plugin")).isEqualTo(Reason.FORBIDDEN);
        String document =
                "roles:\\n  mechanic:\\n    grants:\\n      - {actions: [upgrade], resources: [plugin], tenants: '*'}\\n";
        String version = server.call("rbac_enforcement", "set-policy", "{\"document\":\"" + document + "\"}")
                .path("policyVersion")
                .asText();
        String bob = server.key("bob", "human", "blue", "mechanic");
        assertThat(server.admit(bob, "upgrade", "plugin")).isInstanceOf(Caller.class);
        server.restart();
        assertThat(server.admit(bob, "upgrade", "plugin")).isInstanceOf(Caller.class);
        JsonNode shown = server.call("rbac_enforcement", "policy", "{}");
        assertThat(shown.path("policyVersion").asText()).isEqualTo(version);
        assertThat(shown.path("roles").toString()).contains("mechanic", "admin");
        assertThat(server.events("{\"action\":\"update\",\"type\":\"policy\"}")).hasSize(1);
    }

    @Test
    void wrongPolicy_isNotTaken_andSaysWhy() {
        String before = server.call("rbac_enforcement", "policy", "{}")
                .path("policyVersion")
                .asText();
        assertThat(server.ask("rbac_enforcement", "set-policy", Server.ROOT, "{\"document\":\"roles: [1\"}"))
                .hasFieldOrProperty("reason")
                .extracting("reason", InstanceOfAssertFactories.STRING)
                .contains("document");
        assertThat(server.ask(
                        "rbac_enforcement",
                        "set-policy",
                        Server.ROOT,
                        "{\"document\":\"roles: {}\",\"expected\":\"other\"}"))
                .extracting("reason", InstanceOfAssertFactories.STRING)
                .contains("expected");
        assertThat(server.call("rbac_enforcement", "policy", "{}")
                        .path("policyVersion")
                        .asText())
                .isEqualTo(before);
    }

    @Test
    void explanation_namesTheRule() {
        String asked = "{\"principal\":{\"id\":\"ada\",\"kind\":\"human\",\"tenant\":\"blue\",\"roles\":[\"viewer\"]},"
                + "\"action\":\"upgrade\",\"type\":\"plugin\"}";
        JsonNode decided = server.call("rbac_enforcement", "authorize", asked);
        assertThat(decided.path("allowed").asBoolean()).isFalse();
        JsonNode explained = server.call("rbac_enforcement", "explain", asked);
        assertThat(explained.path("decision")).isEqualTo(decided);
        assertThat(explained.path("steps")).isNotEmpty();
        String token = server.key("bob", "human", "blue", "operator");
        JsonNode byToken = server.call(
                "rbac_enforcement",
                "authorize",
                "{\"token\":\"" + token + "\",\"action\":\"upgrade\",\"type\":\"plugin\"}");
        assertThat(byToken.path("allowed").asBoolean()).isTrue();
    }

    @Test
    void nextVersion_takesOver_whileCallsGoOn() {
        String ada = server.key("ada", "human", "blue", "viewer");
        for (int i = 0; i < 5; i++) {
            assertThat(server.admit(ada, "list", "agent")).isInstanceOf(Caller.class);
            server.serve();
            assertThat(server.admit(ada, "upgrade", "plugin")).isEqualTo(Reason.FORBIDDEN);
        }
        assertThat(server.events("{\"action\":\"upgrade\",\"outcome\":\"denied\"}"))
                .hasSize(5);
        assertThat(server.call("audit_logging", "verify", "{}").path("intact").asBoolean())
                .isTrue();
    }
}
