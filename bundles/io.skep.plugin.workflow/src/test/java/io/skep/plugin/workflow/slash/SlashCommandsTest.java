// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.plugin.workflow.RealCore;
import io.skep.plugin.workflow.base.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlashCommandsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private Path project;
    private RealCore core;

    @BeforeEach
    void start() throws IOException {
        project = Files.createDirectories(directory.resolve("project"));
        core = new RealCore(
                Files.createDirectories(directory.resolve("log")),
                Settings.DEFAULT.withCommands(project, directory.resolve("user")));
    }

    @AfterEach
    void end() {
        core.close();
    }

    private List<String> texts(JsonNode list, String field) {
        List<String> texts = new ArrayList<>();
        list.forEach(entry ->
                texts.add(field.isEmpty() ? entry.asText() : entry.path(field).asText()));
        return texts;
    }

    private JsonNode complete(String text) {
        return core.ask("slash_commands", "complete", "{\"text\":\"" + text + "\"}")
                .path("completions");
    }

    @Test
    void analyze_becomesATask_thatAnAgentDoes() {
        core.connect("ann", task -> "{\"said\":\"" + task.spec().description().length() + "\"}");
        JsonNode answer = core.run("/analyze --depth=high 'the parser'");
        assertThat(answer.path("source").asText()).isEqualTo("built-in");
        Task task = core.awaitEnd(answer.path("task").asText());
        assertThat(task.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(task.spec().description())
                .contains("matters about it: the parser")
                .contains("Depth: high");
        assertThat(task.spec().input())
                .isEqualTo("{\"command\":\"analyze\",\"arguments\":[\"the parser\"],\"flags\":{\"depth\":\"high\"},"
                        + "\"allowedTools\":[]}");
        assertThat(answer.path("text").asText()).contains(task.id());
    }

    @Test
    void aPromptOfTheProject_isATaskAsItsFrontMatterSays_once() throws IOException {
        core.connect("rev", task -> null, "review");
        Files.writeString(
                project.resolve("look.md"),
                "---\nskills: review\npriority: 8\ntenant: acme\ndeadline-seconds: 600\ntimeout-seconds: 30\n"
                        + "max-attempts: 1\nflags: [how=!]\n---\nLook at $1 ${how}");
        assertThat(core.refused("/look x")).isEqualTo("flag --how is required");
        String call = "{\"command\":\"/look\",\"args\":[\"a b\",\"--how=hard\"],\"idempotencyKey\":\"k\"}";
        String id = core.ask("slash_commands", "execute", call).path("task").asText();
        TaskSpec spec = core.task(id).spec();
        assertThat(spec.description()).isEqualTo("Look at a b hard");
        assertThat(spec.skills()).containsExactly("review");
        assertThat(spec.priority()).isEqualTo(8);
        assertThat(spec.tenant()).isEqualTo("acme");
        assertThat(spec.attemptTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(spec.deadline()).isNotNull();
        assertThat(spec.retry().maxAttempts()).isEqualTo(1);
        JsonNode again = core.ask("slash_commands", null, call);
        assertThat(again.path("task").asText()).isEqualTo(id);
        assertThat(again.path("text").asText()).contains("already");
    }

    @Test
    void tasks_areListedShownCanceledAndTriedAgain() {
        core.connect("ann", task -> task.spec().description().startsWith("do") ? "{\"x\":1}" : null);
        Task done = core.completed(TaskSpec.of("do it").name("n1"));
        Task open = core.submit(TaskSpec.of("wait"));
        core.awaitListed(1);
        assertThat(texts(
                        core.run("/tasks list --state=completed --limit 5")
                                .path("data")
                                .path("tasks"),
                        "id"))
                .containsExactly(done.id());
        JsonNode shown = core.run("/tasks show " + done.id());
        assertThat(shown.path("data").path("result").asText()).isEqualTo("{\"x\":1}");
        assertThat(shown.path("text").asText()).contains("result: {\"x\":1}");
        assertThat(core.run("/tasks cancel " + open.id() + " not needed")
                        .path("text")
                        .asText())
                .contains("canceled");
        assertThat(core.task(open.id()).state()).isEqualTo(TaskState.CANCELED);
        core.run("/tasks retry " + open.id());
        assertThat(core.task(open.id()).state()).isNotEqualTo(TaskState.CANCELED);
        assertThat(core.run("/why " + open.id()).path("data").path("reasons")).isNotEmpty();
        assertThat(core.refused("/tasks show nope")).isEqualTo("there is no task \"nope\"");
        assertThat(core.refused("/tasks show")).isEqualTo("the task is missing");
        assertThat(core.refused("/tasks list --limit=0")).contains("1 to 100");
        assertThat(core.refused("/tasks list --state=ready")).contains("completed");
        assertThat(core.refused("/tasks drop")).contains("list, show, cancel and retry");
    }

    @Test
    void submit_makesATask_andWorkflowShowsWhatItWaitsFor() {
        core.connect("ann", task -> null, "java");
        String first = core.run("/submit 'build it' --skills java --priority=7 --tenant acme --input '{\"a\":1}'")
                .path("task")
                .asText();
        assertThat(core.task(first).spec().priority()).isEqualTo(7);
        assertThat(core.task(first).spec().input()).isEqualTo("{\"a\":1}");
        Task second = core.submit(TaskSpec.of("then this").tenant("acme").dependsOn(first));
        Awaitility.await()
                .atMost(LONG)
                .until(() -> texts(core.run("/workflow").path("data").path("tasks"), "id")
                        .equals(List.of(second.id())));
        JsonNode status = core.run("/workflow status " + second.id());
        assertThat(texts(status.path("data").path("waitingFor"), "")).containsExactly(first);
        assertThat(status.path("text").asText()).contains("depends on 1 tasks");
        assertThat(core.refused("/workflow begin")).contains("list, status, runs");
        assertThat(core.refused("/submit")).isEqualTo("the description is missing");
        assertThat(core.refused("/submit x --priority=12")).contains("0 to 9");
    }

    @Test
    void agents_areListedShownAndDrained() {
        core.connect("ann", task -> null, "java");
        assertThat(core.run("/agents").path("text").asText())
                .startsWith("1 agent")
                .contains("ann  active  0 of 8");
        assertThat(core.run("/agents show ann")
                        .path("data")
                        .path("skills")
                        .get(0)
                        .asText())
                .isEqualTo("java");
        core.run("/agents drain ann for a while");
        assertThat(core.skep().agents().find("ann").orElseThrow().cause()).contains("for a while");
        assertThat(core.refused("/agents show bob")).contains("there is no agent");
        assertThat(core.refused("/agents create x")).contains("list, show and drain");
    }

    @Test
    void statusAndMetrics_sayWhatIsThere_andFlagsThatNobodyKnowsThem() {
        core.connect("ann", task -> null);
        core.submit(TaskSpec.of("x"));
        JsonNode status = core.run("/status");
        assertThat(status.path("data").path("agentsByState").path("active").asInt())
                .isEqualTo(1);
        assertThat(status.path("data").path("slots").asInt()).isEqualTo(8);
        assertThat(core.run("/metrics").path("data").path("queues").isArray()).isTrue();
        assertThat(core.refused("/flags")).contains("does not say");
        assertThat(core.refused("/plugins")).contains("does not say");
        assertThat(core.run("/capabilities").path("text").asText()).contains("quality_gates: evaluate");
        assertThat(core.refused("/capabilities nope")).contains("nobody offers");
    }

    @Test
    void gatesAndQuality_callTheCapability_andOthersSayWhenNobodyOffersThem() {
        core.connect("ann", task -> "{\"coverage\":90}");
        core.ask(
                "quality_gates",
                "define",
                "{\"name\":\"cover\",\"checks\":[{\"kind\":\"threshold\",\"pointer\":\"/coverage\",\"min\":85}]}");
        Task done = core.completed(TaskSpec.of("x"));
        assertThat(core.run("/gates")
                        .path("data")
                        .path("gates")
                        .get(0)
                        .path("name")
                        .asText())
                .isEqualTo("cover");
        assertThat(core.run("/gates show cover").path("data").path("versions")).hasSize(1);
        assertThat(core.run("/gates waiting").path("data").path("waiting")).isEmpty();
        assertThat(core.run("/quality cover " + done.id())
                        .path("data")
                        .path("verdict")
                        .asText())
                .isEqualTo("pass");
        assertThat(core.refused("/quality nope " + done.id())).isEqualTo("there is no gate nope");
        assertThat(core.refused("/gates drop")).contains("list, show and waiting");
        for (String command : List.of("hooks", "compact")) {
            assertThat(core.refused("/" + command + " '{}'")).startsWith("nothing was done: no plugin offers");
        }
    }

    @Test
    void unknownCommandsAndWrongInputs_areDeclinedInASentence() {
        assertThat(core.refused("/anaylze x")).isEqualTo("there is no command \"/anaylze\"; perhaps /analyze");
        assertThat(core.refused("analyze")).contains("begins with a slash");
        assertThat(core.refused("/analyze --depth=deep")).contains("one of low, medium, high");
        assertThat(core.refused("/submit 'x")).contains("not closed");
        assertThat(core.declined("slash_commands", "execute", "{}")).contains("either field");
        assertThat(core.declined("slash_commands", "execute", "{\"text\":\"/a\",\"args\":[\"b\"]}"))
                .contains("args");
        assertThat(core.declined("slash_commands", "execute", "{\"text\":\"" + "x".repeat(40_000) + "\"}"))
                .contains("32768");
        assertThat(core.declined("slash_commands", "drop", "{}")).contains("does not offer");
        assertThat(core.declined("slash_commands", "explain", "{}")).contains("missing");
    }

    @Test
    void help_listsCommandsAndBadFiles_andExplainsOne() throws IOException {
        Files.writeString(project.resolve("bad.md"), "---\nx: !!int 1\n---\ny");
        assertThat(core.run("/help").path("text").asText())
                .contains("/analyze [WHAT] [--depth=low|medium|high] [--focus=VALUE]  Analyses")
                .contains("not a command: project file bad.md: the front matter must not have tags");
        assertThat(core.run("/help analyze").path("text").asText()).contains("It becomes a task.");
        JsonNode listed = core.ask("slash_commands", "list", "{\"prefix\":\"/ta\"}");
        assertThat(texts(listed.path("commands"), "command")).containsExactly("/tasks");
        assertThat(listed.path("badFiles")).hasSize(1);
    }

    @Test
    void explain_showsTheTask_withoutMakingIt() {
        JsonNode explained = core.ask("slash_commands", "explain", "{\"text\":\"/review --depth=low the parser\"}");
        assertThat(explained.path("prompt").asText())
                .contains("Review: the parser")
                .contains("Depth: low");
        assertThat(core.ask("slash_commands", "explain", "{\"text\":\"tasks\"}").has("prompt"))
                .isFalse();
        assertThat(core.run("/tasks").path("text").asText()).isEqualTo("no tasks");
    }

    @Test
    void completion_knowsCommandsFirstWordsFlagsAndTheirValues() {
        assertThat(texts(complete("/an"), "")).containsExactly("/analyze");
        assertThat(texts(complete("/analyze --d"), ""))
                .containsExactly("--depth=high", "--depth=low", "--depth=medium");
        assertThat(texts(complete("/analyze --depth=m"), "")).containsExactly("--depth=medium");
        assertThat(texts(complete("/tasks c"), "")).containsExactly("cancel");
        assertThat(texts(complete("/tasks "), "")).contains("list", "--state=");
        assertThat(texts(complete("/deploy prod --v"), "")).containsExactly("--validate");
        assertThat(complete("/nope x")).isEmpty();
        assertThat(complete("/!? x")).isEmpty();
        assertThat(complete("")).hasSizeGreaterThan(15);
    }
}
