// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.admin.Caller;
import io.skep.api.admin.Principal;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who reaches which documents. */
class ReachTest {
    private RealCore core;

    @BeforeEach
    void open(@TempDir Path directory) {
        core = new RealCore(directory);
    }

    @AfterEach
    void close() {
        core.close();
    }

    private static Caller person(String id, @Nullable String tenant, boolean ownOnly) {
        return new Caller(new Principal(id, "human", tenant, Set.of(), null, "test", null), null, tenant, ownOnly);
    }

    private static IntegrationRequest by(Caller caller, @Nullable String tenant, String operation, String data) {
        return new IntegrationRequest("atomic_updates", operation, null, null, tenant, caller, data);
    }

    private String set(Caller caller, @Nullable String tenant) {
        return core.response(by(caller, tenant, "set", "{\"key\":\"k\",\"value\":1}"))
                .toString();
    }

    private int inTenant(String tenant) {
        return core.ask(tenant, "list", "{}").path("documents").size();
    }

    @Test
    void personOfATenant_isKeptToIt() {
        assertThat(set(person("eve", "red", false), null)).contains("\"done\":true");
        assertThat(set(person("eve", "red", false), "blue")).contains("may name tenant red only");
        assertThat(set(person("root", null, false), "blue")).contains("\"done\":true");
        assertThat(set(person("root", null, false), null)).contains("\"done\":true");

        assertThat(inTenant("red")).isEqualTo(1);
        assertThat(inTenant("blue")).isEqualTo(1);
        assertThat(inTenant("default")).isEqualTo(1);
    }

    @Test
    void whoMayChangeOnlyItsOwn_changesNoOneElses() {
        assertThat(set(person("eve", "red", true), null)).contains("\"done\":true");
        assertThat(set(person("eve", "red", true), null)).contains("\"done\":true");

        assertThat(set(person("adam", "red", true), null)).contains("document k is not this caller's own");
        String delete = "{\"key\":\"k\"}";
        assertThat(core.declined(by(person("adam", "red", true), null, "delete", delete)))
                .contains("not this caller's own");
        assertThat(set(person("adam", "red", false), null)).contains("\"done\":true");
        assertThat(core.ask("red", "get", "{\"keys\":[\"k\"]}")
                        .path("documents")
                        .path(0)
                        .path("owner")
                        .asText())
                .as("who made it owns it")
                .isEqualTo("eve");
    }

    @Test
    void agent_reachesTheTenantsOfTheTasksThatItHolds() {
        Caller agent = new Caller("a");
        core.register("a", 5, "go");
        assertThat(set(agent, null)).contains("holds no task");
        Task red = core.submit(TaskSpec.of("x").skills("go").tenant("red"));
        core.claim("a", 1);
        assertThat(set(agent, null)).contains("\"done\":true");
        assertThat(set(agent, "blue")).contains("holds no task of tenant blue");
        core.submit(TaskSpec.of("x").skills("go").tenant("blue"));
        core.claim("a", 1);
        assertThat(set(agent, null)).contains("has to name one");
        assertThat(set(agent, "blue")).contains("\"done\":true");

        core.complete(core.task(red));

        assertThat(set(agent, "red")).contains("holds no task of tenant red");
        assertThat(inTenant("red")).isEqualTo(1);
    }

    @Test
    void delegate_isForThoseWhoReachTheTask() {
        core.register("a", 1, "go");
        Task task = core.submit(TaskSpec.of("x").skills("go").tenant("red").owner("eve"));
        String data = "{\"task\":\"" + task.id() + "\",\"agent\":\"a\"}";

        assertThat(core.declined(by(person("adam", "blue", false), null, "delegate", data)))
                .contains("there is no task");
        assertThat(core.declined(by(person("adam", "red", true), null, "delegate", data)))
                .contains("there is no task");
        assertThat(core.response(by(person("eve", "red", true), null, "delegate", data))
                        .toString())
                .contains("\"won\":true");
    }
}
