// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skep.api.LocalProgram;
import io.skep.api.Refusal;
import io.skep.api.agent.AgentSpec;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.TaskSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents that come, change and go, and what an earlier server left. */
class SupervisorTest {
    @TempDir
    Path base;

    private Bench bench;

    @AfterEach
    void close() {
        bench.close();
    }

    private Process left(String script, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", script).directory(base.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private void awaitSaid(String word) {
        await().atMost(Bench.PATIENCE)
                .untilAsserted(() -> assertThat(bench.core.said).contains(word));
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean lives(Process process) {
        return Bench.isAlive(process.pid());
    }

    @Test
    void removedFile_letsTheProgramEnd_andThenRemovesTheAgent() throws IOException {
        bench = new Bench(base).agent("sh -c 'while [ ! -e go ]; do sleep 0.02; done; echo done'");
        AttemptRef attempt = bench.assign();
        awaitSaid("start " + attempt.task());
        bench.supervisor.release("worker", "its file is gone");
        awaitSaid("drain worker");
        assertThat(bench.core.said).doesNotContain("remove worker");
        Files.createFile(bench.file("go"));
        assertThat(bench.outcome(attempt).result()).isEqualTo("\"done\"");
        awaitSaid("remove worker");
    }

    @Test
    void fileThatComesBack_beforeTheLastProgramEnded_keepsTheAgent() throws IOException {
        bench = new Bench(base).agent("sh -c 'while [ ! -e go ]; do sleep 0.02; done; echo done'");
        AttemptRef attempt = bench.assign();
        awaitSaid("start " + attempt.task());
        bench.supervisor.release("worker", "its file is gone");
        awaitSaid("drain worker");
        bench.configure("worker", "sh -c 'echo new'");
        await().atMost(Bench.PATIENCE)
                .until(() -> bench.core.said.stream()
                                .filter("connect worker"::equals)
                                .count()
                        == 2);
        Files.createFile(bench.file("go"));
        assertThat(bench.outcome(attempt).result()).isEqualTo("\"done\"");
        assertThat(bench.run().result()).isEqualTo("\"new\"");
        assertThat(bench.core.said).doesNotContain("remove worker");
    }

    @Test
    void agentThatIsGone_isForgotten_soThatAnotherFileMayHaveIt() throws BadSetting {
        bench = new Bench(base).agent("true");
        Settings settings = bench.configure("worker", "true");
        assertThatThrownBy(() -> bench.supervisor.claim(settings, "other.cfg"))
                .hasMessage("id = worker: is the agent of worker.cfg already");
        bench.supervisor.release("worker", "its file is gone");
        awaitSaid("remove worker");
        bench.supervisor.claim(settings, "other.cfg");
        await().atMost(Bench.PATIENCE).until(() -> bench.core.connectors.containsKey("worker"));
    }

    @Test
    void changedSettings_holdForTheNextTask() {
        bench = new Bench(base).agent("echo 1");
        assertThat(bench.run().result()).isEqualTo("1");
        bench.configure("worker", "echo 2", "slots", "5");
        await().atMost(Bench.PATIENCE)
                .until(() -> bench.core.specs.get("worker").slots() == 5);
        assertThat(bench.run().result()).isEqualTo("2");
    }

    @Test
    void settingsThatCoreRefuses_leaveTheOldOnes() {
        bench = new Bench(base).agent("echo 1");
        bench.core.refuse("connect", Refusal.invalid("name", "no"));
        bench.configure("worker", "echo 2");
        await().atMost(Bench.PATIENCE)
                .untilAsserted(() -> assertThat(Path.of("target/test.log"))
                        .content()
                        .contains("worker.cfg: agent worker was not taken: no"));
        assertThat(bench.run().result()).isEqualTo("1");
    }

    @Test
    void interruptedAgent_endsItsPrograms_andCanComeBack() {
        bench = new Bench(base).agent("sh -c 'echo $$ > pid; sleep 300'");
        AttemptRef attempt = bench.assign();
        long pid = bench.pid("pid");
        var connector = bench.core.connectors.get("worker");
        bench.supervisor.interrupt("worker");
        assertThat(bench.outcome(attempt).end()).isEqualTo(AttemptEnd.INTERRUPTED);
        assertThat(Bench.isAlive(pid)).isFalse();
        awaitSaid("disconnect worker");
        bench.core.connectors.put("worker", connector);
        FakeCore.Outcome late = bench.run();
        assertThat(late.end()).isEqualTo(AttemptEnd.INTERRUPTED);
        bench.configure("worker", "echo 1");
        await().atMost(Bench.PATIENCE).until(() -> bench.core.connectors.get("worker") != connector);
        assertThat(bench.run().result()).isEqualTo("1");
    }

    @Test
    void survivors_areEnded_beforeTheAgentIsConnected() throws IOException {
        Process root = left("sleep 300 & sleep 301", Map.of());
        Process marked = left("exec sleep 302", Map.of("SKEP_ATTEMPT", "00b:1"));
        Process foreign = left("exec sleep 303", Map.of("SKEP_ATTEMPT", "00b:11"));
        LocalProgram program =
                new LocalProgram(root.pid(), root.info().startInstant().orElseThrow());
        LocalProgram reused =
                new LocalProgram(foreign.pid(), program.startedAt().minus(Duration.ofHours(1)));
        bench = new Bench(base, Duration.ofHours(1), core -> {
            core.held.put(
                    "worker",
                    List.of(
                            FakeCore.task("00a", TaskSpec.of("a").build(), "worker", program),
                            FakeCore.task("00b", TaskSpec.of("b").build(), "worker", null),
                            FakeCore.task("00c", TaskSpec.of("c").build(), "worker", reused)));
            core.watch("connect", () -> core.said.add("alive " + lives(root) + lives(marked) + lives(foreign)));
        });
        bench.agent("true");
        assertThat(bench.core.said)
                .contains("fail 00a", "fail 00b", "fail 00c", "alive falsefalsetrue")
                .endsWith("connect worker");
        assertThat(bench.core.outcome(new AttemptRef("00a", 1, "worker")))
                .isCompletedWithValue(new FakeCore.Outcome(AttemptEnd.INTERRUPTED, null, "the server stopped", true));
        assertThat(root.descendants()).isEmpty();
        foreign.destroyForcibly();
    }

    @Test
    void interruptionThatCoreRefuses_doesNotHinderTheAgent() {
        bench = new Bench(base, Duration.ofHours(1), core -> {
            core.held.put(
                    "worker", List.of(FakeCore.task("00a", TaskSpec.of("a").build(), "worker", null)));
            core.refuse("fail", Refusal.of(Refusal.Reason.FENCED, "over"));
        });
        bench.agent("echo 1");
        assertThat(bench.run().result()).isEqualTo("1");
    }

    @Test
    void everythingOfTheInstance_isEnded_evenIfCoreHoldsNothing() throws IOException {
        Process canceled = left("exec sleep 300", Map.of("SKEP_SERVER", base.toString()));
        Process foreign = left("exec sleep 301", Map.of("SKEP_SERVER", base + "/other"));
        bench = new Bench(
                base,
                Duration.ofHours(1),
                core -> core.watch("connect", () -> core.said.add("alive " + lives(canceled))));
        bench.agent("true");
        assertThat(bench.core.said).contains("alive false");
        assertThat(lives(foreign)).isTrue();
        foreign.destroyForcibly();
    }

    @Test
    void agentWhoseFileWentMeanwhile_isRemoved_andItsProgramsAreEnded() throws IOException {
        Process root = left("sleep 300", Map.of());
        LocalProgram program =
                new LocalProgram(root.pid(), root.info().startInstant().orElseThrow());
        CountDownLatch claimed = new CountDownLatch(1);
        bench = new Bench(base, Duration.ofMillis(100), core -> {
            core.watch("list", () -> awaitOpen(claimed));
            core.specs.put("gone", AgentSpec.of("gone", 1));
            core.specs.put("worker", AgentSpec.of("worker", 1));
            core.held.put("gone", List.of(FakeCore.task("00a", TaskSpec.of("a").build(), "gone", program)));
        });
        bench.agent("true");
        claimed.countDown();
        awaitSaid("remove gone");
        assertThat(lives(root)).isFalse();
        assertThat(bench.core.said)
                .containsSubsequence("held gone", "fail 00a", "drain gone", "remove gone")
                .doesNotContain("remove worker");
    }

    @Test
    void coreThatIsNotReady_isAskedAgain() {
        bench = new Bench(
                base,
                Duration.ofHours(1),
                core -> core.refuse(
                        "connect", Refusal.retryLater(Refusal.Reason.UNAVAILABLE, "starting", Duration.ofMillis(20))));
        bench.agent("echo 1");
        assertThat(bench.run().result()).isEqualTo("1");
    }
}
