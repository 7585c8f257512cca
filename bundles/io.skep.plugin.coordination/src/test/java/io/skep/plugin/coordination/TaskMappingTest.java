// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.testkit.plugin.InMemoryEvents;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskMappingTest {
    @TempDir
    private Path directory;

    private RealCore core;

    @BeforeEach
    void start() {
        core = new RealCore(directory);
    }

    @AfterEach
    void stop() {
        core.close();
    }

    private JsonNode lookup(String data) {
        return core.ask("task_mapping", "lookup", data).get("held");
    }

    private JsonNode byTask(Task task) {
        return lookup("{\"task\":\"" + task.id() + "\"}");
    }

    @Test
    void taskAndAgent_areFoundByEachOther_asTheyStand() {
        core.connect("a", 2, "s");
        Task one = core.submit(TaskSpec.of("1").skills("s"));
        Task two = core.submit(TaskSpec.of("2").skills("s"));
        RealCore.get(core.skep().attempts().start(core.ref(two), null));

        JsonNode held = lookup("{\"agent\":\"a\"}");

        assertThat(held.findValuesAsText("task")).containsExactly(one.id(), two.id());
        assertThat(held.findValuesAsText("state")).containsExactly("assigned", "working");
        assertThat(held.get(0).has("startedAt")).isFalse();
        assertThat(byTask(two).get(0).get("agent").asText()).isEqualTo("a");
        assertThat(byTask(two).get(0).get("token").asLong()).isEqualTo(1);
        assertThat(byTask(two).get(0).has("startedAt")).isTrue();
        RealCore.get(core.skep().tasks().cancel(two.id(), null));
        assertThat(byTask(two)).isEmpty();
        assertThat(lookup("{\"agent\":\"a\"}")).hasSize(1);
        assertThat(lookup("{\"agent\":\"nobody\"}")).isEmpty();
    }

    @Test
    void whatTheCallIsAbout_countsIfNothingElseIsSaid() {
        core.connect("a", 1, "s");
        Task task = core.submit(TaskSpec.of("1").skills("s"));

        JsonNode found = RealCore.json(RealCore.get(
                core.plugin().process(new IntegrationRequest("task_mapping", null, null, task.id(), null, "{}"))));

        assertThat(found.get("held").get(0).get("agent").asText()).isEqualTo("a");
        assertThat(core.declined("task_mapping", "lookup", "{}"))
                .isEqualTo("exactly one of the fields \"task\" and \"agent\" is needed");
        assertThat(core.declined("task_mapping", "lookup", "{\"task\":\"x\",\"agent\":\"a\"}"))
                .contains("exactly one");
    }

    @Test
    void afterARestart_theMappingIsThereAgain() {
        core.connect("a", 3, "s");
        List<Task> tasks = List.of(
                core.submit(TaskSpec.of("1").skills("s")),
                core.submit(TaskSpec.of("2").skills("s")),
                core.submit(TaskSpec.of("3").skills("s")));
        RealCore.get(core.skep().tasks().cancel(tasks.get(0).id(), null));

        core.restart();

        assertThat(lookup("{\"agent\":\"a\"}").findValuesAsText("task"))
                .containsExactlyInAnyOrder(tasks.get(1).id(), tasks.get(2).id());
        assertThat(core.ask("task_mapping", "verify", "{}").get("drift").asInt())
                .isZero();
    }

    @Test
    void verify_findsWhatTheStreamDidNotTell() {
        core.connect("a", 3, "s");
        Task known = core.submit(TaskSpec.of("1").skills("s"));
        try (CoordinationPlugin deaf = new CoordinationPlugin(RealCore.CATCH_UP)) {
            RealCore.get(deaf.initialize(core.orchestrator().with(new InMemoryEvents())));
            Task untold = core.submit(TaskSpec.of("2").skills("s"));
            RealCore.get(core.skep().tasks().cancel(known.id(), null));

            JsonNode verified = RealCore.json(RealCore.get(
                    deaf.process(new IntegrationRequest("task_mapping", "verify", null, "{\"examples\":1}"))));

            assertThat(verified.get("drift").asInt()).isEqualTo(2);
            assertThat(verified.get("examples")).hasSize(1);
            assertThat(verified.get("examples").get(0).get("task").asText()).isEqualTo(untold.id());
            assertThat(verified.get("examples").get(0).has("mapped")).isFalse();
            assertThat(verified.get("examples")
                            .get(0)
                            .get("logged")
                            .get("agent")
                            .asText())
                    .isEqualTo("a");
        }
        JsonNode verified = core.ask("task_mapping", "verify", "{}");
        assertThat(verified.get("drift").asInt()).isZero();
        assertThat(verified.get("held").asInt()).isEqualTo(1);
    }
}
