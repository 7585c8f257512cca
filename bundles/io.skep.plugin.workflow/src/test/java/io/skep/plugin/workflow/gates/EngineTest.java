// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.plugin.workflow.RealCore;
import io.skep.plugin.workflow.base.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final String HUMAN = "{\"name\":\"h\",\"kind\":\"human\",\"question\":\"Ship it?\"}";
    private static final String REVIEW =
            "{\"name\":\"r\",\"kind\":\"reviewer\",\"skills\":[\"review\"],\"rubric\":\"Is it right?\"}";

    @TempDir
    Path directory;

    private final AtomicReference<String> review = new AtomicReference<>();
    private Path programs;
    private RealCore core;

    @BeforeEach
    void start() throws IOException {
        programs = Files.createDirectories(directory.resolve("programs"));
        core = new RealCore(
                Files.createDirectories(directory.resolve("log")),
                Settings.DEFAULT.withPrograms(programs).withEvaluations(3, 2));
        core.connect("rev", task -> review.get(), "review");
    }

    @AfterEach
    void end() {
        core.close();
    }

    private JsonNode ask(String operation, String data) {
        return core.ask("quality_gates", operation, data);
    }

    private JsonNode evaluate(String checks) {
        return ask("evaluate", "{\"checks\":[" + checks + "],\"result\":{\"text\":\"the work\"}}");
    }

    private String begin(String checks) {
        JsonNode begun = evaluate(checks);
        assertThat(begun.path("verdict").asText()).isEqualTo("pending");
        return begun.path("id").asText();
    }

    private void program(String name, String script) throws IOException {
        Path file = programs.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /** Waits until a human is asked; what he is shown. */
    private JsonNode awaitAsked() {
        await().atMost(LONG).until(() -> !ask("waiting", "{}").path("waiting").isEmpty());
        return ask("waiting", "{}").path("waiting").get(0);
    }

    private static JsonNode check(JsonNode verdict, int at) {
        return verdict.path("gates").get(0).path("checks").get(at);
    }

    /** A schema of which {@link #DEEP} is never known to fit. */
    private static final String ENDLESS =
            "{\"kind\":\"schema\",\"schema\":{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"anyOf\":["
                    + "{\"minProperties\":9,\"properties\":{\"x\":{\"$ref\":\"#/$defs/a\"}}},"
                    + "{\"minProperties\":8,\"properties\":{\"x\":{\"$ref\":\"#/$defs/a\"}}}]}}}}";

    private static final String DEEP = "{\"x\":".repeat(60) + "1" + "}".repeat(60);

    @Test
    void quickCheck_forWhichThereWasNoTime_isJudgedLater_andNotErrored() {
        String slow = "name\":\"s";
        String checks = String.join(
                ",",
                ENDLESS.replace("kind", slow + "1\",\"kind"),
                ENDLESS.replace("kind", slow + "2\",\"kind"),
                ENDLESS.replace("kind", slow + "3\",\"kind"),
                "{\"kind\":\"pattern\",\"pattern\":\"x\"}");
        JsonNode begun = ask("evaluate", "{\"combine\":\"any\",\"checks\":[" + checks + "],\"result\":" + DEEP + "}");
        assertThat(begun.path("verdict").asText()).isEqualTo("pending");
        JsonNode verdict = core.awaitVerdict(begun.path("id").asText());
        assertThat(check(verdict, 2).path("state").asText()).isEqualTo("errored");
        assertThat(check(verdict, 3).path("state").asText()).isEqualTo("passed");
        assertThat(verdict.path("verdict").asText()).isEqualTo("pass");
    }

    @Test
    void reviewer_isATaskOfItsOwn_whoseScoreCounts() {
        review.set("{\"score\":0.9,\"feedback\":\"good\"}");
        JsonNode verdict = core.awaitVerdict(begin(REVIEW));
        assertThat(verdict.path("verdict").asText()).isEqualTo("pass");
        assertThat(verdict.path("score").asDouble()).isEqualTo(0.9);
        assertThat(check(verdict, 0).path("detail").asText()).isEqualTo("score 0.9 of at least 0.7: good");
        Task asked = core.task(check(verdict, 0).path("task").asText());
        assertThat(asked.spec().description()).contains("Is it right?");
        assertThat(asked.spec().input()).contains("\"judged\":{\"text\":\"the work\"}");
        assertThat(asked.spec().deadline()).isNotNull();
    }

    @Test
    void reviewer_ofATaskThatGoesOn_isItsChild() {
        Task open = core.submit(TaskSpec.of("build").tenant("acme").skills("review"));
        await().atMost(LONG).until(() -> core.task(open.id()).state() == TaskState.ASSIGNED);
        ask("define", "{\"name\":\"g\",\"checks\":[" + REVIEW + "]}");
        String call = "{\"task\":\"" + open.id() + "\",\"stage\":\"after\",\"result\":{\"a\":1}}";
        JsonNode begun = ask("check", call);
        assertThat(begun.path("verdict").asText()).isEqualTo("pending");
        String id = begun.path("id").asText();
        await().atMost(LONG)
                .until(() -> check(ask("result", "{\"id\":\"" + id + "\"}"), 0).has("task"));
        Task child = core.task(check(ask("check", call), 0).path("task").asText());
        assertThat(child.spec().parent()).isEqualTo(open.id());
        assertThat(child.spec().tenant()).isEqualTo("acme");
        assertThat(ask("check", call).path("id").asText()).isEqualTo(id);
    }

    @Test
    void reviewerThatTalksNonsense_isErrored_andNeverPasses() {
        for (String nonsense : new String[] {
            "\"looks fine\"", "{}", "{\"score\":\"1\"}", "{\"score\":7}", "[1]", "null", "{\"score\":-0.1}", "1"
        }) {
            review.set(nonsense);
            JsonNode verdict = core.awaitVerdict(begin(REVIEW));
            assertThat(verdict.path("verdict").asText()).as(nonsense).isEqualTo("fail");
            assertThat(check(verdict, 0).path("state").asText()).as(nonsense).isEqualTo("errored");
        }
        review.set("\" {\\\"score\\\": 0.2, \\\"feedback\\\": \\\"vague\\\"} \"");
        JsonNode verdict = core.awaitVerdict(begin(REVIEW));
        assertThat(check(verdict, 0).path("state").asText()).isEqualTo("failed");
        assertThat(verdict.path("feedback").asText()).contains("score 0.2 of at least 0.7: vague");
    }

    @Test
    void reviewerThatNobodyIs_orWhoDoesNotEnd_isErrored() {
        JsonNode nobody = core.awaitVerdict(begin(REVIEW.replace("[\"review\"]", "[\"magic\"]")));
        assertThat(check(nobody, 0).path("state").asText()).isEqualTo("errored");
        String id = begin(REVIEW);
        await().atMost(LONG)
                .until(() -> check(ask("result", "{\"id\":\"" + id + "\"}"), 0).has("task"));
        core.ahead(Duration.ofSeconds(631));
        assertThat(check(core.awaitVerdict(id), 0).path("detail").asText()).isEqualTo("the review did not end in time");
    }

    @Test
    void reviewThatIsNotNeededAnyMore_isCanceled() {
        String id = begin(REVIEW + ",{\"name\":\"p\",\"kind\":\"program\",\"program\":\"none\"}");
        JsonNode verdict = core.awaitVerdict(id);
        assertThat(verdict.path("feedback").asText()).contains("there is no program none");
        JsonNode run = check(verdict, 0);
        assertThat(run.path("state").asText()).isEqualTo("skipped");
        if (run.has("task")) {
            assertThat(core.awaitEnd(run.path("task").asText()).state()).isEqualTo(TaskState.CANCELED);
        }
    }

    @Test
    void human_isAskedLast_seesWhatItIsAbout_andDecides() {
        review.set("{\"score\":1}");
        String id = begin(HUMAN + "," + REVIEW);
        JsonNode asked = awaitAsked();
        assertThat(asked.path("question").asText()).isEqualTo("Ship it?");
        assertThat(asked.path("shown").asText()).isEqualTo("{\"text\":\"the work\"}");
        assertThat(core.declined("quality_gates", "approve", "{\"id\":\"" + id + "\",\"check\":\"r\"}"))
                .contains("nothing of evaluation");
        JsonNode approved = ask("approve", "{\"id\":\"" + id + "\",\"by\":\"ann\",\"comment\":\"fine\"}");
        assertThat(approved.path("verdict").asText()).isEqualTo("pass");
        JsonNode verdict = core.awaitVerdict(id);
        assertThat(check(verdict, 0).path("detail").asText()).isEqualTo("approved by ann: fine");
        await().atMost(LONG)
                .until(() -> core.declined("quality_gates", "approve", "{\"id\":\"" + id + "\"}")
                        .contains("its verdict is pass"));
    }

    @Test
    void human_whoRejects_orDoesNotDecideInTime_failsIt() {
        String rejected = begin(HUMAN);
        awaitAsked();
        JsonNode verdict = ask("reject", "{\"id\":\"" + rejected + "\",\"comment\":\"no tests\"}");
        assertThat(verdict.path("verdict").asText()).isEqualTo("fail");
        assertThat(verdict.path("feedback").asText()).contains("rejected by somebody: no tests");
        String late = begin(HUMAN);
        awaitAsked();
        core.ahead(Duration.ofHours(25));
        assertThat(core.awaitVerdict(late).path("feedback").asText()).contains("nobody decided in time");
    }

    @Test
    void pendingEvaluations_surviveSwapAndRestart() throws IOException {
        program("ok", "grep -q work");
        String id = begin(REVIEW + ",{\"name\":\"p\",\"kind\":\"program\",\"program\":\"ok\"}," + HUMAN);
        core.swap();
        await().atMost(LONG)
                .until(() -> check(ask("result", "{\"id\":\"" + id + "\"}"), 0).has("task"));
        String task =
                check(ask("result", "{\"id\":\"" + id + "\"}"), 0).path("task").asText();
        core.restart();
        assertThat(ask("result", "{\"id\":\"" + id + "\"}").path("verdict").asText())
                .isEqualTo("pending");
        review.set("{\"score\":0.8}");
        core.connect("rev", again -> review.get(), "review");
        core.skep().tasks().cancel(task, "it hangs");
        JsonNode verdict = core.awaitVerdict(id);
        assertThat(check(verdict, 0).path("task").asText()).isEqualTo(task);
        assertThat(check(verdict, 0).path("state").asText()).isEqualTo("errored");
        core.swap();
        assertThat(ask("result", "{\"id\":\"" + id + "\"}").path("verdict").asText())
                .isEqualTo("fail");
    }

    @Test
    void whatWasBegunWhileTried_isKeptAtPromotion() {
        String mine = begin(HUMAN);
        awaitAsked();
        Map<String, PluginState.Document> kept = new HashMap<>(core.state().documents());
        PluginState.Document other = kept.remove("pending." + mine);
        String otherId = "e-other";
        kept.put("pending." + otherId, new PluginState.Document(1, other.json().replace(mine, otherId)));
        core.state().become(kept);
        await().atMost(LONG).until(() -> core.state().get("pending." + mine).isPresent());
        assertThat(ask("waiting", "{}").path("evaluations").asInt()).isEqualTo(2);
        ask("approve", "{\"id\":\"" + otherId + "\"}");
        assertThat(core.awaitVerdict(otherId).path("verdict").asText()).isEqualTo("pass");
        assertThat(ask("approve", "{\"id\":\"" + mine + "\"}").path("verdict").asText())
                .isEqualTo("pass");
    }

    @Test
    void whatWasDecidedWhileTried_isKeptAtPromotion() {
        String decided = begin(HUMAN);
        awaitAsked();
        review.set("{\"score\":1}");
        String reviewed = begin(REVIEW + "," + HUMAN);
        await().atMost(LONG).until(() -> ask("waiting", "{}").path("waiting").size() == 2);
        Map<String, PluginState.Document> before = new HashMap<>(core.state().documents());
        String notYet = before.get("pending." + reviewed)
                .json()
                .replaceAll("\"state\":\"passed\",\"score\":1.0", "\"state\":\"pending\",\"score\":0.0");
        before.put("pending." + reviewed, new PluginState.Document(1, notYet));
        ask("approve", "{\"id\":\"" + decided + "\"}");
        await().atMost(LONG).until(() -> core.state().get("pending." + decided).isEmpty());
        core.state().become(before);
        await().atMost(LONG).until(() -> core.state().get("pending." + decided).isEmpty());
        assertThat(ask("result", "{\"id\":\"" + decided + "\"}").path("verdict").asText())
                .isEqualTo("pass");
        await().atMost(LONG)
                .until(() -> core.state()
                        .get("pending." + reviewed)
                        .orElseThrow()
                        .json()
                        .contains("\"state\":\"passed\""));
    }

    @Test
    void whatAnotherGenerationDid_isTakenOver() {
        String id = begin(HUMAN);
        awaitAsked();
        Map<String, PluginState.Document> after = new HashMap<>(core.state().documents());
        String approved = after.get("pending." + id)
                .json()
                .replace("\"state\":\"pending\",\"score\":0.0", "\"state\":\"passed\",\"score\":1.0");
        after.put("pending." + id, new PluginState.Document(1, approved));
        core.state().become(after);
        assertThat(core.awaitVerdict(id).path("verdict").asText()).isEqualTo("pass");
    }

    @Test
    void evaluations_areBoundedInNumber_andTheOldestThatEndedGo() {
        String first = begin(HUMAN);
        String second = begin(HUMAN.replace("Ship", "Keep"));
        begin(HUMAN.replace("Ship", "Drop"));
        assertThat(core.declined("quality_gates", "evaluate", "{\"checks\":[" + HUMAN + "],\"result\":2}"))
                .contains("3 evaluations under way");
        await().atMost(LONG).until(() -> ask("waiting", "{}").path("waiting").size() == 3);
        for (JsonNode wait : ask("waiting", "{}").path("waiting")) {
            ask("reject", "{\"id\":\"" + wait.path("id").asText() + "\"}");
        }
        await().atMost(LONG)
                .until(() -> core.state().keys().stream()
                                        .filter(key -> key.startsWith("ended."))
                                        .count()
                                == 2
                        && core.state().keys().stream().noneMatch(key -> key.startsWith("pending.")));
        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void whatIsTooLargeToKeep_isDeclined() {
        String large = "\"" + "x".repeat(PluginState.MAX_CHARS) + "\"";
        assertThat(core.declined("quality_gates", "evaluate", "{\"checks\":[" + HUMAN + "],\"result\":" + large + "}"))
                .contains("too large");
        assertThat(ask("waiting", "{}").path("evaluations").asInt()).isZero();
    }

    @Test
    void program_judgesByItsExitStatus() throws IOException {
        program("ok", "cat > /dev/null; echo fine; test \"$1\" = 'a b;$(x)'");
        program("no", "echo seen: $(cat); exit 3");
        JsonNode passed = core.awaitVerdict(begin("{\"kind\":\"program\",\"program\":\"ok\",\"args\":[\"a b;$(x)\"]}"));
        assertThat(passed.path("verdict").asText()).isEqualTo("pass");
        assertThat(check(passed, 0).path("detail").asText()).isEqualTo("fine");
        JsonNode failed = core.awaitVerdict(begin("{\"kind\":\"program\",\"program\":\"no\"}"));
        assertThat(check(failed, 0).path("detail").asText()).isEqualTo("exit status 3: seen: {\"text\":\"the work\"}");
    }
}
