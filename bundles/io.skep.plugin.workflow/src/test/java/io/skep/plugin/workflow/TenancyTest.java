// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Principal;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.plugin.workflow.base.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That one who may reach one tenant, or only what is its own, reaches no more, whichever operation it asks. */
class TenancyTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final Caller BLUE = caller("ann", "blue", "blue", true);
    private static final Caller BLUES_OPERATOR = caller("otto", "blue", "blue", false);
    private static final Caller COLLEAGUE = caller("bob", "blue", "blue", true);
    private static final Caller RED = caller("eve", "red", "red", true);
    private static final Caller RED_OPERATOR = caller("ray", "red", "red", false);
    private static final Caller ALL = caller("root", "blue", null, false);
    private static final String FLOW = "{\"template\":{\"steps\":[{\"id\":\"a\",\"description\":\"Do it\"}]}}";
    private static final String NAMED =
            "{\"template\":{\"name\":\"f\",\"steps\":[{\"id\":\"a\",\"description\":\"Do it\"}]}}";
    private static final String HUMAN = "{\"checks\":[{\"name\":\"look\",\"kind\":\"human\",\"question\":\"Good?\"}],";

    @TempDir
    Path directory;

    private RealCore core;

    private static Caller caller(String id, String of, String only, boolean own) {
        return new Caller(
                new Principal(id, "human", of, Set.of("developer"), null, "https://id", null), null, only, own);
    }

    @BeforeEach
    void start() {
        core = new RealCore(directory, Settings.DEFAULT);
    }

    @AfterEach
    void end() {
        core.close();
    }

    private JsonNode ask(Caller by, String capability, String operation, String data) {
        return RealCore.json(core.response(by, capability, operation, data));
    }

    private String declined(Caller by, String capability, String operation, String data) {
        IntegrationResponse response = core.response(by, capability, operation, data);
        assertThat(response).isInstanceOf(Declined.class);
        return ((Declined) response).reason();
    }

    private String begin(Caller by) {
        return ask(by, "workflows", "start", FLOW).path("run").asText();
    }

    private static String run(String id) {
        return "{\"run\":\"" + id + "\"}";
    }

    @Test
    void run_isOfItsTenant_andItsTasksAreOfWhoBeganIt() {
        String run = begin(BLUE);
        await().atMost(LONG).until(() -> tasks(run).size() > 0);
        Task task = core.task(tasks(run).path(0).path("task").asText());
        assertThat(task.spec().tenant()).isEqualTo("blue");
        assertThat(task.spec().owner()).isEqualTo("ann");
    }

    private JsonNode tasks(String run) {
        return ask(BLUE, "workflows", "status", run(run)).path("steps").path(0).path("tasks");
    }

    static Stream<String> orders() {
        return Stream.of("status", "pause", "resume", "cancel", "rerun");
    }

    @ParameterizedTest
    @MethodSource("orders")
    void run_ofAnotherTenant_isAsIfThereWereNone(String operation) {
        String run = begin(BLUE);
        assertThat(declined(RED_OPERATOR, "workflows", operation, run(run)))
                .isEqualTo(declined(RED_OPERATOR, "workflows", operation, run("w-none"))
                        .replace("w-none", run));
        assertThat(ask(BLUE, "workflows", "status", run(run)).path("state").asText())
                .isEqualTo("running");
    }

    @Test
    void runs_areListedOfTheCallersTenantAlone() {
        String blue = begin(BLUE);
        String red = begin(RED);
        JsonNode seen = ask(BLUE, "workflows", "runs", "{}");
        assertThat(seen.path("underWay").asInt()).isEqualTo(1);
        assertThat(seen.path("runs").findValuesAsText("run")).containsExactly(blue);
        assertThat(ask(ALL, "workflows", "runs", "{}").path("runs").findValuesAsText("run"))
                .containsExactlyInAnyOrder(blue, red);
    }

    @Test
    void run_isChangedByWhoBeganIt_andByThoseWhoMayChangeEverybodys() {
        String run = begin(BLUE);
        assertThat(ask(COLLEAGUE, "workflows", "status", run(run)).path("run").asText())
                .isEqualTo(run);
        assertThat(declined(COLLEAGUE, "workflows", "pause", run(run))).contains("begun by somebody else");
        assertThat(ask(BLUE, "workflows", "pause", run(run)).path("state").asText())
                .isEqualTo("paused");
        assertThat(ask(BLUES_OPERATOR, "workflows", "resume", run(run))
                        .path("state")
                        .asText())
                .isEqualTo("running");
    }

    @Test
    void template_isKeptForOneTenant_byThoseWhoMayChangeAllOfIt() {
        assertThat(declined(BLUE, "workflows", "define", NAMED)).contains("only its own");
        ask(BLUES_OPERATOR, "workflows", "define", NAMED);
        String byName = "{\"name\":\"f\"}";
        assertThat(ask(BLUE, "workflows", "show", byName)
                        .at("/versions/0/template/tenant")
                        .asText())
                .isEqualTo("blue");
        assertThat(ask(BLUE, "workflows", "list", "{}").path("workflows")).hasSize(1);
        assertThat(ask(RED, "workflows", "list", "{}").path("workflows")).isEmpty();
        assertThat(declined(RED, "workflows", "show", byName)).isEqualTo("there is no workflow f");
        assertThat(declined(RED, "workflows", "start", "{\"workflow\":\"f\"}")).isEqualTo("there is no workflow f");
        assertThat(declined(RED_OPERATOR, "workflows", "remove", byName)).isEqualTo("there is no workflow f");
        assertThat(declined(RED_OPERATOR, "workflows", "define", NAMED)).contains("taken");
        assertThat(ask(BLUE, "workflows", "start", "{\"workflow\":\"f\"}")
                        .path("state")
                        .asText())
                .isEqualTo("running");
        assertThat(ask(BLUES_OPERATOR, "workflows", "remove", byName)
                        .path("changed")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void templateForAll_isUsedByEachTenant_andChangedByNoneOfThem() {
        ask(ALL, "workflows", "define", NAMED);
        assertThat(ask(RED, "workflows", "list", "{}").path("workflows")).hasSize(1);
        assertThat(declined(RED_OPERATOR, "workflows", "define", NAMED)).contains("for all tenants");
        assertThat(declined(RED_OPERATOR, "workflows", "remove", "{\"name\":\"f\"}"))
                .contains("for all tenants");
        ask(RED, "workflows", "start", "{\"workflow\":\"f\"}");
    }

    @Test
    void template_thatNamesAnotherTenant_isNeitherBegunNorKept() {
        String other = FLOW.replace("{\"steps\"", "{\"name\":\"g\",\"tenant\":\"red\",\"steps\"");
        assertThat(declined(BLUE, "workflows", "start", other)).contains("tenant red");
        assertThat(declined(BLUES_OPERATOR, "workflows", "define", other)).contains("tenant red");
    }

    @Test
    void evaluation_isThereForItsTenantAlone_andDecidedInTheCallersName() {
        String id = ask(BLUE, "quality_gates", "evaluate", HUMAN + "\"result\":{\"secret\":7}}")
                .path("id")
                .asText();
        String byId = "{\"id\":\"" + id + "\",\"by\":\"ann\"}";
        assertThat(ask(BLUE, "quality_gates", "waiting", "{}").path("waiting")).hasSize(1);
        JsonNode seen = ask(RED, "quality_gates", "waiting", "{}");
        assertThat(seen.path("waiting")).isEmpty();
        assertThat(seen.path("evaluations").asInt()).isZero();
        assertThat(declined(RED, "quality_gates", "result", "{\"id\":\"" + id + "\"}"))
                .startsWith("there is no evaluation");
        for (String operation : List.of("approve", "reject")) {
            assertThat(declined(RED_OPERATOR, "quality_gates", operation, byId)).startsWith("there is no evaluation");
        }
        JsonNode verdict = ask(BLUES_OPERATOR, "quality_gates", "approve", byId);
        assertThat(verdict.path("verdict").asText()).isEqualTo("pass");
        assertThat(verdict.toString()).contains("approved by otto").doesNotContain("approved by ann");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluate", "check"})
    void task_ofAnotherTenant_isJudgedByNobodyElse(String operation) {
        String task = core.submit(TaskSpec.of("t").tenant("blue")).id();
        String data = operation.equals("check")
                ? "{\"task\":\"" + task + "\",\"stage\":\"before\"}"
                : HUMAN + "\"stage\":\"before\",\"task\":\"" + task + "\"}";
        assertThat(declined(RED, "quality_gates", operation, data)).startsWith("there is no task");
        ask(BLUE, "quality_gates", operation, data);
    }

    @Test
    void past_isLookedAtOfTheCallersTenantAlone() {
        core.connect("w", task -> "\"done\"");
        core.completed(TaskSpec.of("t").tenant("blue"));
        core.completed(TaskSpec.of("t").tenant("red"));
        core.awaitListed(2);
        String checks = "{\"checks\":[{\"kind\":\"pattern\",\"pattern\":\"done\"}]";
        assertThat(ask(RED, "quality_gates", "backtest", checks + "}")
                        .path("tasks")
                        .asInt())
                .isEqualTo(1);
        assertThat(ask(ALL, "quality_gates", "backtest", checks + "}")
                        .path("tasks")
                        .asInt())
                .isEqualTo(2);
        assertThat(declined(RED, "quality_gates", "backtest", checks + ",\"tenant\":\"blue\"}"))
                .contains("red");
    }

    private static String line(String text) {
        return "{\"text\":\"" + text + "\"}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/agents",
                "/agents drain a",
                "/flags",
                "/plugins",
                "/status",
                "/metrics",
                "/tasks cancel x",
                "/tasks retry x",
                "/workflow",
                "/workflow list",
                "/workflow status x",
                "/workflow cancel w-1",
                "/gates",
                "/hooks",
                "/think x"
            })
    void command_thatReachesEveryTenant_isNotForOneWhoMayReachOne(String text) {
        assertThat(declined(BLUE, "slash_commands", "execute", line(text))).contains("beyond one tenant");
        IntegrationResponse open = core.response(ALL, "slash_commands", "execute", line(text));
        assertThat(open.toString()).doesNotContain("beyond one tenant");
    }

    @Test
    void command_keepsToTheCallersTenant_andWhatItMakesIsTheCallers() {
        String theirs = core.submit(TaskSpec.of("theirs").tenant("red")).id();
        String made = ask(BLUE, "slash_commands", "execute", line("/submit mine"))
                .path("task")
                .asText();
        assertThat(core.task(made).spec().tenant()).isEqualTo("blue");
        assertThat(core.task(made).spec().owner()).isEqualTo("ann");
        String prompt = ask(BLUE, "slash_commands", "execute", line("/analyze it"))
                .path("task")
                .asText();
        assertThat(core.task(prompt).spec().tenant()).isEqualTo("blue");
        assertThat(core.task(prompt).spec().owner()).isEqualTo("ann");
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(ask(BLUE, "slash_commands", "execute", line("/tasks"))
                                .toString())
                        .contains(made, prompt)
                        .doesNotContain(theirs));
        for (String text : List.of("/tasks show " + theirs, "/why " + theirs)) {
            assertThat(declined(BLUE, "slash_commands", "execute", line(text))).startsWith("there is no task");
        }
        for (String text : List.of("/tasks --tenant=red", "/submit x --tenant=red")) {
            assertThat(declined(BLUE, "slash_commands", "execute", line(text))).contains("tenant blue only");
        }
        String run = begin(RED);
        assertThat(ask(BLUE, "slash_commands", "execute", line("/workflow runs"))
                        .toString())
                .doesNotContain(run);
    }

    @Test
    void thinking_isAboutTheCallersTenantAlone() {
        String task = core.submit(
                        TaskSpec.of("Decide about the billing service").tenant("blue"))
                .id();
        assertThat(declined(RED, "extended_thinking", "think", "{\"task\":\"" + task + "\"}"))
                .startsWith("there is no task");
        assertThat(declined(RED, "extended_thinking", "consider", "{\"task\":\"" + task + "\",\"stage\":\"before\"}"))
                .startsWith("there is no task");
        ask(BLUE, "extended_thinking", "think", "{\"task\":\"" + task + "\"}");
    }

    @Test
    void tenant_thatTheCallerMayNotReach_isNotNamed() {
        Caller strange = caller("ann", "red", "blue", false);
        assertThat(declined(strange, "workflows", "start", FLOW)).contains("tenant blue only");
        assertThat(declined(strange, "slash_commands", "execute", line("/tasks")))
                .contains("tenant blue only");
    }
}
