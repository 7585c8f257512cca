// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Principal;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Submitted;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpecBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackingTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private RealCore core;

    @BeforeEach
    void open(@TempDir Path directory) {
        core = new RealCore(directory);
        core.register("a", 100, "go");
    }

    @AfterEach
    void close() {
        core.close();
    }

    private Task child(Task parent, TaskSpecBuilder spec) {
        return core.submit(spec.parent(parent.id()).skills("go"));
    }

    private Task child(Task parent) {
        return child(parent, TaskSpec.of("part"));
    }

    private JsonNode ask(String operation, Task task) {
        return core.ask("workflow_tracking/" + operation, "{\"task\":\"" + task.id() + "\"}");
    }

    /** Ends a task that the agent has not got yet. */
    private void done(Task task) {
        await().atMost(LONG).until(() -> {
            core.claim("a", 100);
            return core.task(task).state().isHeld();
        });
        core.complete(core.task(task));
    }

    @Test
    void progress_countsTheWholeTree_andRollsFailuresUp() {
        Task root = core.submit("go");
        Task part = child(root);
        Task deep = child(part);
        Task other = child(root, TaskSpec.of("no").retry(RetryPolicy.DEFAULT));
        done(deep);
        RealCore.get(core.skep().tasks().cancel(other.id(), "not wanted"));

        JsonNode all = ask("progress", root);

        assertThat(all.path("tasks").asInt()).isEqualTo(4);
        assertThat(all.path("ended").asInt()).isEqualTo(2);
        assertThat(all.path("share").asDouble()).isEqualTo(0.5);
        assertThat(all.path("counts").path("completed").asInt()).isEqualTo(1);
        assertThat(all.path("counts").path("canceled").asInt()).isEqualTo(1);
        assertThat(all.path("parts")).hasSize(2);
        assertThat(all.path("parts").path(0).path("tasks").asInt()).isEqualTo(2);
        assertThat(all.path("parts").path(0).path("ended").asInt()).isEqualTo(1);
        assertThat(all.path("parts").path(1).path("failed").asInt()).isEqualTo(1);
        assertThat(all.path("failures").path(0).path("cause").asText()).isEqualTo("not wanted");
        JsonNode below = ask("progress", part);
        assertThat(below.path("root").asText()).isEqualTo(root.id());
        assertThat(below.path("tasks").asInt()).isEqualTo(2);
        assertThat(below.path("counts").path("completed").asInt()).isEqualTo(1);
        assertThat(core.ask("workflow_tracking/trees", "{}")
                        .path("shown")
                        .path(0)
                        .path("failed")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void eta_isAnInterval_onceTasksHaveCompleted() {
        Task root = core.submit("go");
        child(root);
        assertThat(ask("progress", root).has("eta")).isFalse();
        Task before = core.submit("go");
        done(before);

        JsonNode eta = ask("progress", root).path("eta");

        assertThat(eta.path("samples").asInt()).isEqualTo(1);
        assertThat(eta.path("leastMillis").asLong())
                .isBetween(0L, eta.path("likelyMillis").asLong());
        assertThat(eta.path("mostMillis").asLong())
                .isGreaterThanOrEqualTo(eta.path("likelyMillis").asLong());
    }

    private List<Task> chain(Task root) {
        List<Submitted> submitted = RealCore.get(core.skep()
                .tasks()
                .submit(List.of(
                        TaskSpec.of("first")
                                .name("first")
                                .parent(root.id())
                                .skills("go")
                                .build(),
                        TaskSpec.of("second")
                                .name("second")
                                .parent(root.id())
                                .skills("go")
                                .dependsOn("first")
                                .build(),
                        TaskSpec.of("third")
                                .parent(root.id())
                                .skills("go")
                                .dependsOn("second")
                                .build())));
        return submitted.stream().map(Submitted::task).toList();
    }

    @Test
    void blocked_saysWhoWaitsForWhom_andWhyTheFirstHasNotEnded() {
        Task root = core.submit("go");
        List<Task> chain = chain(root);

        JsonNode blocked = ask("blocked", root);

        assertThat(blocked.path("waiting").findValuesAsText("task"))
                .containsExactly(chain.get(1).id(), chain.get(2).id());
        assertThat(blocked.path("blockers")).hasSize(1);
        JsonNode blocker = blocked.path("blockers").path(0);
        assertThat(blocker.path("task").asText()).isEqualTo(chain.get(0).id());
        assertThat(blocker.path("blocks").asInt()).isEqualTo(2);
        assertThat(blocker.path("reasons")).isNotEmpty();
        done(chain.get(0));
        assertThat(ask("blocked", root).path("blockers").path(0).path("task").asText())
                .isEqualTo(chain.get(1).id());
    }

    @Test
    void criticalPath_isTheLongestLineOfWhatIsUnfinished() {
        done(core.submit("go"));
        Task root = core.submit("go");
        List<Task> chain = chain(root);

        JsonNode path = ask("critical_path", root);

        assertThat(path.path("steps").findValuesAsText("task"))
                .containsExactly(
                        chain.get(0).id(), chain.get(1).id(), chain.get(2).id());
        done(chain.get(0));
        assertThat(ask("critical_path", root).path("steps")).hasSize(2);
    }

    @Test
    void nextVersion_andTheServerAfterARestart_knowTheSame() {
        Task root = core.submit("go");
        Task part = child(root);
        Task other = child(root);
        done(part);
        JsonNode before = ask("progress", root);
        core.swap();
        assertThat(ask("progress", root).path("counts")).isEqualTo(before.path("counts"));
        done(other);
        core.swap();
        assertThat(ask("progress", root).path("ended").asInt()).isEqualTo(2);

        core.restart();

        assertThat(ask("progress", root).path("ended").asInt()).isEqualTo(2);
        assertThat(ask("progress", root).path("tasks").asInt()).isEqualTo(3);
    }

    @Test
    void treeThatIsKept_isThere_whenItsEventsAreReadNoMore() {
        Task root = core.submit("go");
        Task part = child(root);
        await().atMost(LONG)
                .until(() -> RealCore.json(core.response(RealCore.request("workflow_tracking/trees", "{}")))
                                .path("trees")
                                .asInt()
                        == 1);
        await().atMost(LONG).until(() -> core.kept("w:" + root.id()) && core.kept("w.position"));
        core.swap();

        done(part);

        assertThat(ask("progress", root).path("ended").asInt()).isEqualTo(1);
    }

    @Test
    void treesThatAreTooMany_giveWayIfTheyHaveEnded_andAreCountedElse() {
        Task ended = core.submit("go");
        Task part = child(ended);
        done(part);
        done(ended);
        Task last = ended;
        for (int i = 0; i < 5; i++) {
            last = core.submit("go");
            child(last);
        }
        JsonNode trees = core.ask("workflow_tracking/trees", "{}");
        assertThat(trees.path("trees").asInt()).isEqualTo(5);
        assertThat(trees.path("shown").findValuesAsText("root")).doesNotContain(ended.id());
        assertThat(trees.path("untracked").asInt()).isZero();
        Task more = child(core.submit("go"));

        assertThat(core.ask("workflow_tracking/trees", "{}").path("untracked").asInt())
                .isEqualTo(1);
        assertThat(core.declined("workflow_tracking/progress", "{\"task\":\"" + more.id() + "\"}"))
                .contains("is not tracked");
        assertThat(ask("progress", last).path("tasks").asInt()).isEqualTo(2);
    }

    @Test
    void tasksThatAreTooMany_areCountedAsMissing() {
        Task root = core.submit("go");
        for (int i = 0; i < 9; i++) {
            child(root);
        }

        JsonNode progress = ask("progress", root);

        assertThat(progress.path("tasks").asInt()).isEqualTo(8);
        assertThat(progress.path("missing").asInt()).isEqualTo(2);
    }

    @Test
    void taskAlone_isATreeOfOne() {
        Task task = core.submit("go");

        assertThat(ask("progress", task).path("tasks").asInt()).isEqualTo(1);
        assertThat(core.ask("workflow_tracking/trees", "{}").path("trees").asInt())
                .isZero();
        assertThat(core.declined("workflow_tracking/progress", "{\"task\":\"no\"}"))
                .contains("there is no task");
        assertThat(core.declined("workflow_tracking/progress", "{}")).contains("\"task\" is missing");
    }

    @Test
    void callerOfATenant_orOwner_seesItsTreesOnly() {
        Task red = core.submit(TaskSpec.of("x").skills("go").tenant("red").owner("eve"));
        core.submit(TaskSpec.of("y").skills("go").tenant("red").parent(red.id()));
        Caller of = caller("adam", "red", false);
        assertThat(progress(red, of)).contains("\"tasks\":2");

        assertThat(progress(red, caller("adam", "blue", false))).contains("there is no task");
        assertThat(progress(red, caller("adam", "red", true))).contains("there is no task");
        assertThat(progress(red, caller("eve", "red", true))).contains("\"tasks\":2");
    }

    private static Caller caller(String id, String tenant, boolean ownOnly) {
        return new Caller(new Principal(id, "human", tenant, Set.of(), null, "test", null), null, tenant, ownOnly);
    }

    private String progress(Task task, Caller by) {
        IntegrationRequest request =
                new IntegrationRequest("workflow_tracking", "progress", null, task.id(), null, "{}").by(by);
        return core.response(request).toString();
    }
}
