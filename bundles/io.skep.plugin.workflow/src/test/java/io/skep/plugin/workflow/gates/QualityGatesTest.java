// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.plugin.workflow.RealCore;
import io.skep.plugin.workflow.base.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QualityGatesTest {
    private static final String COVER =
            "{\"name\":\"cover\",\"kind\":\"threshold\",\"pointer\":\"/coverage\",\"min\":85}";

    @TempDir
    Path directory;

    private RealCore core;

    @BeforeEach
    void start() {
        core = new RealCore(directory, new Settings(null, null, 500, 65_536, 4, null, 2, 2, 2, 3));
    }

    @AfterEach
    void end() {
        core.close();
    }

    private JsonNode ask(String operation, String data) {
        return core.ask("quality_gates", operation, data);
    }

    private String declined(String operation, String data) {
        return core.declined("quality_gates", operation, data);
    }

    private JsonNode define(String name, String more) {
        return ask("define", "{\"name\":\"" + name + "\"," + more + "}");
    }

    private static String verdict(JsonNode answer) {
        return answer.path("verdict").asText();
    }

    @Test
    void evaluate_judgesByChecksInTheCall_andSaysWhatDidNotPass() {
        JsonNode answer = ask("evaluate", "{\"checks\":[" + COVER + "],\"result\":{\"coverage\":80}}");
        assertThat(verdict(answer)).isEqualTo("fail");
        assertThat(answer.path("score").asDouble()).isZero();
        assertThat(answer.path("feedback").asText()).isEqualTo("checks-of-the-call/cover failed: 80 is less than 85.0");
        assertThat(answer.has("id")).isFalse();
        assertThat(verdict(ask("evaluate", "{\"checks\":[" + COVER + "],\"result\":{\"coverage\":90}}")))
                .isEqualTo("pass");
    }

    @Test
    void evaluate_judgesTheResultOfATask_orWhatItAsksFor() {
        core.connect("ann", task -> "{\"coverage\":90}");
        Task done =
                core.completed(TaskSpec.of("measure it").input("{\"x\":[1]}").name("n"));
        define("g", "\"checks\":[" + COVER + "]");
        JsonNode answer = ask("evaluate", "{\"gate\":\"g\",\"task\":\"" + done.id() + "\"}");
        assertThat(verdict(answer)).isEqualTo("pass");
        assertThat(answer.path("gates").get(0).path("version").asInt()).isEqualTo(1);
        String before =
                "{\"checks\":[{\"kind\":\"threshold\",\"pointer\":\"/input/x/0\",\"max\":1}],\"stage\":\"before\","
                        + "\"task\":\"" + done.id() + "\"}";
        assertThat(verdict(ask("evaluate", before))).isEqualTo("pass");
    }

    @Test
    void whatCannotBeJudged_isDeclined() {
        core.connect("ann", task -> null);
        Task open = core.submit(TaskSpec.of("x"));
        define("g", "\"checks\":[" + COVER + "]");
        assertThat(declined("evaluate", "{\"checks\":[],\"result\":1}")).contains("would pass everything");
        assertThat(declined("evaluate", "{\"result\":1}")).contains("either field \"gate\"");
        assertThat(declined("evaluate", "{\"gate\":\"g\"}")).contains("either field \"task\"");
        assertThat(declined("evaluate", "{\"gate\":\"none\",\"result\":1}")).isEqualTo("there is no gate none");
        assertThat(declined("evaluate", "{\"gate\":\"g\",\"minScore\":0.1,\"result\":1}"))
                .contains("go with");
        assertThat(declined("evaluate", "{\"gate\":\"g\",\"task\":\"no such\\u0000\"}"))
                .isEqualTo("there is no task \"no?such?\"");
        assertThat(declined("evaluate", "{\"gate\":\"g\",\"task\":\"" + open.id() + "\"}"))
                .contains("has no result");
        assertThat(declined("result", "{\"id\":\"e-1\"}")).contains("there is no evaluation e-1");
        assertThat(declined("result", "{\"id\":\"../x\"}")).contains("no id");
        assertThat(declined("approve", "{\"id\":\"e-1\"}")).contains("there is no evaluation");
        assertThat(declined("check", "{\"stage\":\"after\"}")).contains("\"task\" is missing");
        assertThat(declined("show", "{\"name\":\"none\"}")).isEqualTo("there is no gate none");
        assertThat(declined("remove", "{\"name\":\"none\"}")).isEqualTo("there is no gate none");
        assertThat(declined("define", "{\"checks\":[" + COVER + "]}")).contains("\"name\" is missing");
        assertThat(declined("define", "{\"name\":\"p\",\"checks\":[{\"kind\":\"program\",\"program\":\"x\"}]}"))
                .contains("no directory is configured");
        assertThat(declined(
                        "define",
                        "{\"name\":\"a\",\"checks\":[{\"kind\":\"reviewer\",\"rubric\":\""
                                + "x".repeat(8000) + "\"},{\"name\":\"b\",\"kind\":\"reviewer\",\"rubric\":\""
                                + "y".repeat(8000)
                                + "\"},{\"name\":\"c\",\"kind\":\"reviewer\",\"rubric\":\"" + "z".repeat(8000)
                                + "\"}]}"))
                .contains("24000");
    }

    @Test
    void everyChangeOfAGate_isAVersion_andTheSameAgainIsNone() {
        assertThat(define("g", "\"checks\":[" + COVER + "]").path("version").asInt())
                .isEqualTo(1);
        JsonNode same = define("g", "\"checks\":[" + COVER + "]");
        assertThat(same.path("version").asInt()).isEqualTo(1);
        assertThat(same.path("changed").asBoolean()).isFalse();
        for (int i = 2; i <= 12; i++) {
            assertThat(define("g", "\"description\":\"v" + i + "\",\"checks\":[" + COVER + "]")
                            .path("version")
                            .asInt())
                    .isEqualTo(i);
        }
        assertThat(ask("remove", "{\"name\":\"g\"}").path("version").asInt()).isEqualTo(13);
        assertThat(ask("list", "{}").path("gates")).isEmpty();
        assertThat(define("g", "\"checks\":[" + COVER + "]").path("version").asInt())
                .isEqualTo(14);
        core.restart();
        JsonNode shown = ask("show", "{\"name\":\"g\"}").path("versions");
        assertThat(shown).hasSize(10);
        assertThat(shown.get(0).path("version").asInt()).isEqualTo(14);
        assertThat(shown.get(1).has("gate")).isFalse();
        assertThat(ask("list", "{}").path("gates").get(0).path("stage").asText())
                .isEqualTo("after");
    }

    @Test
    void gates_areBoundedInNumber_andRemovedOnesMakeRoom() {
        for (String name : List.of("a", "b", "c")) {
            define(name, "\"checks\":[" + COVER + "]");
        }
        assertThat(declined("define", "{\"name\":\"d\",\"checks\":[" + COVER + "]}"))
                .contains("3 gates already");
        ask("remove", "{\"name\":\"b\"}");
        define("d", "\"checks\":[" + COVER + "]");
        assertThat(core.state().keys()).containsExactly("gate.a", "gate.c", "gate.d");
    }

    @Test
    void aGateOfAnotherSchema_isLeftAlone() {
        Map<String, PluginState.Document> documents = new HashMap<>();
        documents.put("gate.g", new PluginState.Document(2, "{}"));
        documents.put("gate.bad", new PluginState.Document(1, "7"));
        documents.put("pending.x", new PluginState.Document(1, "[]"));
        core.state().become(documents);
        assertThat(ask("list", "{}").path("gates")).isEmpty();
        assertThat(declined("define", "{\"name\":\"g\",\"checks\":[" + COVER + "]}"))
                .contains("another version");
    }

    @Test
    void check_takesTheGatesThatAreForTheTask() {
        core.connect("ann", task -> "{\"coverage\":80}");
        define("all", "\"tenants\":[\"acme\"],\"checks\":[" + COVER + "]");
        define("off", "\"enabled\":false,\"checks\":[" + COVER.replace("85", "99") + "]");
        define("first", "\"stage\":\"before\",\"checks\":[{\"kind\":\"pattern\",\"pattern\":\"please\"}]");
        Task acme = core.completed(TaskSpec.of("x, please").tenant("acme"));
        Task other = core.completed(TaskSpec.of("x"));
        JsonNode failing = ask("check", "{\"task\":\"" + acme.id() + "\",\"stage\":\"after\"}");
        assertThat(verdict(failing)).isEqualTo("fail");
        assertThat(failing.path("feedback").asText()).startsWith("all/cover failed");
        assertThat(verdict(ask(
                        "check", "{\"task\":\"" + acme.id() + "\",\"stage\":\"after\",\"result\":{\"coverage\":86}}")))
                .isEqualTo("pass");
        JsonNode free = ask("check", "{\"task\":\"" + other.id() + "\",\"stage\":\"after\"}");
        assertThat(verdict(free)).isEqualTo("none");
        assertThat(free.path("gates")).isEmpty();
        assertThat(verdict(ask("check", "{\"task\":\"" + acme.id() + "\",\"stage\":\"before\"}")))
                .isEqualTo("pass");
        assertThat(verdict(ask("check", "{\"task\":\"" + other.id() + "\",\"stage\":\"before\"}")))
                .isEqualTo("fail");
    }

    @Test
    void backtest_judgesWhatHasBeen_bySwiftChecks() {
        core.connect("ann", task -> task.spec().input());
        for (int i = 0; i < 6; i++) {
            core.completed(TaskSpec.of("measure").input("{\"coverage\":" + (80 + i * 2) + "}"));
        }
        core.completed(TaskSpec.of("other").input("{}"));
        core.awaitListed(7);
        JsonNode past = ask(
                "backtest",
                "{\"checks\":[" + COVER + ",{\"kind\":\"human\",\"question\":\"ok?\"}],\"text\":\"measure\"}");
        assertThat(past.path("tasks").asInt()).isEqualTo(6);
        assertThat(past.path("passed").asInt()).isEqualTo(3);
        assertThat(past.path("failed").asInt()).isEqualTo(3);
        assertThat(past.path("checks").get(0).path("passed").asInt()).isEqualTo(3);
        assertThat(past.path("notRun").get(0).asText()).isEqualTo("human");
        List<String> feedback = new ArrayList<>();
        past.path("examples")
                .forEach(example -> feedback.add(example.path("feedback").asText()));
        assertThat(feedback).hasSize(3).allMatch(line -> line.contains("is less than 85.0"));
        define("g", "\"tenants\":[\"nobody\"],\"checks\":[" + COVER + "]");
        assertThat(ask("backtest", "{\"gate\":\"g\",\"limit\":3}").path("tasks").asInt())
                .isZero();
        assertThat(declined("backtest", "{\"checks\":[{\"kind\":\"human\",\"question\":\"ok?\"}]}"))
                .contains("not asked about the past");
        assertThat(declined("backtest", "{\"gate\":\"g\",\"limit\":501}")).contains("1 to 500");
        assertThat(declined("backtest", "{}")).contains("either field");
    }
}
