// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.Stage;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Hooks before something, in the real core. */
class BeforeHooksTest extends ServedCore {
    private static final String START = "\"on\":[\"task.before-start\"],\"kind\":\"program\",\"program\":";

    private Task done(String description) {
        return end(submit(TaskSpec.of(description)));
    }

    private String noted() throws IOException {
        Path file = directory.resolve("noted");
        return Files.exists(file) ? Files.readString(file).replace("\n", " ").strip() : "";
    }

    private void noting(String name, String rest) throws IOException {
        script(name, "echo " + name + " >> " + directory.resolve("noted") + "\n" + rest);
    }

    @Test
    void program_vetoesWithAReason_andTheTaskNeverStarts() throws IOException {
        script("no", "cat > " + directory.resolve("stdin") + "; echo 'not on a Friday'; exit 2");
        add("no", START + "\"no\",\"match\":{\"pattern\":\"deploy\"},\"mode\":\"critical\"");
        Task vetoed = done("deploy it");
        assertThat(vetoed.state()).isEqualTo(TaskState.REJECTED);
        assertThat(vetoed.cause() + vetoed.error()).contains("hook no: not on a Friday");
        assertThat(vetoed.attempts()).isEmpty();
        JsonNode stdin = JSON.readTree(Files.readString(directory.resolve("stdin")));
        assertThat(stdin.path("type").asText()).isEqualTo("task.before-start");
        assertThat(stdin.path("task").path("description").asText()).isEqualTo("deploy it");
        assertThat(done("test it").state()).isEqualTo(TaskState.COMPLETED);
        assertThat(call("deliveries", "{}")
                        .path("deliveries")
                        .get(0)
                        .path("outcome")
                        .asText())
                .isEqualTo("vetoed");
    }

    @Test
    void amendment_isGivenToTheAgent_ifItFitsItsSchema() throws IOException {
        script("add", "echo '{\"amend\":{\"branch\":\"main\"}}'");
        String schema = ",\"amend\":{\"type\":\"object\",\"properties\":{\"branch\":{\"enum\":[\"%s\"]}}}";
        add("add", START + "\"add\",\"onFailure\":\"closed\"" + String.format(schema, "main"));
        Task amended = done("build");
        assertThat(Objects.requireNonNull(amended.review()).attachments())
                .containsEntry("hooks", "{\"add\":{\"branch\":\"main\"}}");
        add("add", START + "\"add\",\"onFailure\":\"closed\"" + String.format(schema, "other"));
        await().atMost(LONG).until(() -> done("build").state() == TaskState.REJECTED);
        assertThat(done("build").error()).contains("what it would add to the task is not taken");
    }

    @Test
    void failure_isOpenOrClosed_asTheHookSays() throws IOException {
        script("broken", "exit 7");
        add("broken", START + "\"broken\",\"onFailure\":\"open\"");
        assertThat(done("x").state()).isEqualTo(TaskState.COMPLETED);
        add("broken", START + "\"broken\",\"onFailure\":\"closed\"");
        await().atMost(LONG).until(() -> done("x").state() == TaskState.REJECTED);
        assertThat(done("x").error()).contains("hook broken could not be asked: exit status 7");
    }

    @Test
    void attempts_areMadeUntilOneSucceeds() throws IOException {
        script("second", "f=" + directory.resolve("tried") + "; [ -f $f ] && exit 0; touch $f; exit 1");
        add("second", START + "\"second\",\"onFailure\":\"closed\",\"attempts\":2,\"backoffMillis\":20");
        assertThat(done("x").state()).isEqualTo(TaskState.COMPLETED);
        assertThat(call("deliveries", "{}")
                        .path("deliveries")
                        .get(0)
                        .path("attempts")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void timeout_endsAProgramThatNeverEnds() throws IOException {
        script("hang", "while :; do sleep 0.1; done");
        add("hang", START + "\"hang\",\"timeoutMillis\":300,\"onFailure\":\"closed\"");
        Task task = done("x");
        assertThat(task.state()).isEqualTo(TaskState.REJECTED);
        assertThat(task.error()).contains("had not ended after 300 ms");
    }

    @Test
    void firstCriticalHookThatVetoes_endsTheCourse() throws IOException {
        noting("one", "exit 0");
        noting("two", "echo no; exit 2");
        noting("three", "exit 0");
        noting("four", "exit 0");
        add("b-one", START + "\"one\",\"mode\":\"critical\",\"order\":1");
        add("a-two", START + "\"two\",\"mode\":\"critical\",\"order\":2");
        add("three", START + "\"three\",\"mode\":\"critical\",\"order\":3");
        add("four", START + "\"four\",\"mode\":\"blocking\",\"order\":0");
        assertThat(done("x").state()).isEqualTo(TaskState.REJECTED);
        assertThat(noted()).isEqualTo("one two");
    }

    @Test
    void blockingHooks_allSayWhatIsWrong_inTheirOrder() throws IOException {
        noting("one", "echo first; exit 2");
        noting("two", "echo second; exit 2");
        add("z", START + "\"one\",\"order\":1");
        add("a", START + "\"two\",\"order\":2");
        Task task = done("x");
        assertThat(task.error()).contains("first").contains("second");
        assertThat(noted()).isEqualTo("one two");
    }

    @Test
    void parallelHooks_runSideBySide() throws IOException {
        String meet = "touch %s; n=0; while [ ! -f %s ] && [ $n -lt 1000 ]; do sleep 0.05; n=$((n+1)); done; [ -f %s ]";
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");
        script("one", String.format(meet, one, two, two));
        script("two", String.format(meet, two, one, one));
        add("one", START + "\"one\",\"mode\":\"parallel\",\"onFailure\":\"closed\",\"timeoutMillis\":60000");
        add("two", START + "\"two\",\"mode\":\"parallel\",\"onFailure\":\"closed\",\"timeoutMillis\":60000");
        assertThat(done("x").state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void hook_waitsForThoseItNames_andDoesNotRunIfTheyDidNotPass() throws IOException {
        noting("late", "exit 0");
        noting("early", "sleep 0.3; exit 0");
        add("a", START + "\"late\",\"mode\":\"parallel\",\"order\":0,\"after\":[\"z\"],\"onFailure\":\"closed\"");
        add("z", START + "\"early\",\"mode\":\"parallel\",\"order\":9");
        assertThat(done("x").state()).isEqualTo(TaskState.COMPLETED);
        assertThat(noted()).isEqualTo("early late");
        noting("early", "exit 1");
        assertThat(done("x").error()).contains("hook a could not be asked: a hook that it waits for did not pass");
        assertThat(noted()).isEqualTo("early late early");
        assertThat(declined("lifecycle_hooks", "add", "{\"name\":\"z\",\"after\":[\"a\"]," + START + "\"early\"}"))
                .contains("wait for itself");
    }

    @Test
    void asynchronousHook_holdsNobodyUp_andDecidesNothing() throws IOException {
        noting("no", "exit 2");
        add("no", START + "\"no\",\"mode\":\"asynchronous\"");
        assertThat(done("x").state()).isEqualTo(TaskState.COMPLETED);
        await().atMost(LONG).until(() -> noted().equals("no"));
    }

    @Test
    void concurrency_isKeptTo() throws IOException {
        script(
                "slow",
                "echo in >> " + directory.resolve("noted") + "; sleep 0.2; echo out >> " + directory.resolve("noted"));
        add("slow", START + "\"slow\",\"concurrency\":1");
        List<Task> tasks = List.of(submit(TaskSpec.of("1")), submit(TaskSpec.of("2")), submit(TaskSpec.of("3")));
        tasks.forEach(task -> assertThat(end(task).state()).isEqualTo(TaskState.COMPLETED));
        assertThat(noted()).isEqualTo("in out in out in out");
    }

    @Test
    void match_isByTenantSkillAndPattern() throws IOException {
        script("no", "exit 2");
        add("no", START + "\"no\",\"match\":{\"tenants\":[\"acme\"],\"skills\":[\"deploy\"],\"pattern\":\"(?i)prod\"}");
        connect("deployer", task -> "1", "deploy");
        TaskSpec meant = TaskSpec.of("to PROD").tenant("acme").skills("deploy").build();
        assertThat(end(submit(meant.toBuilder())).state()).isEqualTo(TaskState.REJECTED);
        assertThat(end(submit(meant.toBuilder().tenant("other"))).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(end(submit(TaskSpec.of("to PROD").tenant("acme"))).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(end(submit(TaskSpec.of("to test").tenant("acme").skills("deploy")))
                        .state())
                .isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void resultThatIsVetoed_isSentBack_andTheNextOneIsJudged() throws IOException {
        script("tests", "grep -q '\"attempt\":1' && { echo 'tests fail'; exit 2; }; exit 0");
        add("tests", "\"on\":[\"task.before-completion\"],\"kind\":\"program\",\"program\":\"tests\"");
        Task task =
                end(submit(TaskSpec.of("x").retry(new RetryPolicy(3, Duration.ofMillis(10), Duration.ofMillis(10)))));
        assertThat(task.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(task.attempts()).hasSize(2);
        assertThat(Objects.requireNonNull(task.review()).sentBack()).isEqualTo(1);
    }

    @Test
    void checkThatTakesLong_isFinishedAfterARestart_withoutRunningWhatHasEnded() throws Exception {
        noting("first", "exit 0");
        noting("second", "while [ ! -f " + directory.resolve("go") + " ]; do sleep 0.05; done; exit 0");
        add("a", START + "\"first\",\"order\":1");
        add("b", START + "\"second\",\"order\":2,\"timeoutMillis\":60000");
        Task task = submit(TaskSpec.of("x"));
        await().atMost(LONG).until(() -> noted().equals("first second"));
        await().atMost(LONG)
                .until(() -> !plugin.view().stream()
                        .filter(line -> line.startsWith(task.id()))
                        .toList()
                        .isEmpty());
        restart();
        connect("worker", it -> "1");
        Files.createFile(directory.resolve("go"));
        assertThat(end(task).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(noted()).isEqualTo("first second second");
        await().atMost(LONG).until(() -> plugin.view().stream().noneMatch(line -> line.startsWith(task.id())));
    }

    @Test
    void checkpoints_areForThoseTasksOnlyThatAHookMayBeFor() throws IOException {
        HookSpec all = new io.skep.plugin.base.Codec()
                .read("{\"name\":\"x\"," + START + "\"p\"}", HookSpec.class)
                .valid();
        HookSpec some = new io.skep.plugin.base.Codec()
                .read(
                        "{\"name\":\"y\",\"match\":{\"tenants\":[\"t\"],\"skills\":[\"s\"]}," + START + "\"p\"}",
                        HookSpec.class)
                .valid();
        assertThat(Points.of(List.of())).isEmpty();
        assertThat(Points.of(List.of(some))).singleElement().satisfies(point -> {
            assertThat(point.stage()).isEqualTo(Stage.BEFORE);
            assertThat(point.tenants()).containsExactly("t");
            assertThat(point.skills()).containsExactly("s");
        });
        assertThat(Points.of(List.of(some, all))).singleElement().satisfies(point -> {
            assertThat(point.tenants()).isEmpty();
            assertThat(point.skills()).isEmpty();
        });
    }
}
