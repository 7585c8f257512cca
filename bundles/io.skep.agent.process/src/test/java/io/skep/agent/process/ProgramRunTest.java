// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.Refusal;
import io.skep.api.payload.Payload;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program gets, and what becomes of what it gives. */
class ProgramRunTest {
    @TempDir
    Path base;

    private Bench bench;

    @BeforeEach
    void open() {
        bench = new Bench(base);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void output_thatIsJson_isTheResultAsItStands() {
        bench.agent("echo '{\"n\": 1.50, \"s\": [true]}'");
        assertThat(bench.run())
                .isEqualTo(new FakeCore.Outcome(AttemptEnd.COMPLETED, "{\"n\": 1.50, \"s\": [true]}", null, false));
    }

    @Test
    void output_thatIsText_isAJsonStringWithoutItsLastLineFeed() {
        bench.agent("printf 'zwei \"Zeilen\"\\n\\tGrüße 🐝\\n'");
        assertThat(bench.run().result()).isEqualTo("\"zwei \\\"Zeilen\\\"\\n\\tGrüße 🐝\"");
    }

    @Test
    void noOutput_isAnEmptyString() {
        bench.agent("true");
        assertThat(bench.run().result()).isEqualTo("\"\"");
    }

    @Test
    void task_arrivesAsJsonOnStandardInput() {
        bench.agent("cat");
        AttemptRef attempt = bench.assign(TaskSpec.of("Zähle ☃")
                .name("count")
                .input("{\"a\":[1]}")
                .skills("x")
                .priority(7)
                .tenant("acme")
                .parent("00parent")
                .dependsOn("00other")
                .deadline(Instant.parse("2030-01-02T03:04:05Z"))
                .attemptTimeout(Duration.ofMinutes(1))
                .build());
        assertThat(bench.outcome(attempt).result())
                .startsWith("{\"id\":\"" + attempt.task() + "\",\"name\":\"count\",\"description\":\"Zähle ☃\","
                        + "\"input\":{\"a\":[1]},\"skills\":[\"x\"],\"priority\":7,\"tenant\":\"acme\","
                        + "\"parent\":\"00parent\",\"dependsOn\":[\"00other\"],"
                        + "\"deadline\":\"2030-01-02T03:04:05Z\",\"attemptTimeoutMillis\":60000,\"submittedAt\":\"")
                .containsPattern(
                        "\",\"agent\":\"worker\",\"token\":1,\"traceparent\":\"00-[0-9a-f]{32}-[0-9a-f]{16}-01\"}$");
    }

    @Test
    void payload_arrivesAsAFile_andLargeOutputBecomesOne() throws IOException {
        byte[] input = "line\n".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        Payload payload = bench.payloads.put(input);
        bench.agent("sh -c 'cat > task; cat \"$SKEP_INPUT_FILE\"'");
        FakeCore.Outcome outcome =
                bench.run(TaskSpec.of("x").input(payload.reference()).build());
        assertThat(outcome).isEqualTo(new FakeCore.Outcome(AttemptEnd.COMPLETED, payload.reference(), null, false));
        assertThat(bench.file("task"))
                .content()
                .contains("\"input\":" + payload.reference())
                .contains("\"inputFile\":\"" + bench.payloads.file(payload.sha256()) + "\"");
        await().atMost(Bench.PATIENCE).until(() -> bench.payloads.open() == 0);
    }

    @Test
    void payload_thatIsNotWhatItWas_failsTheTaskForGood_withTheCause() throws IOException {
        Payload payload = bench.payloads.put(new byte[1000]);
        bench.agent("sh -c 'echo ran > ran'");
        TaskSpec spec = TaskSpec.of("x").input(payload.reference()).build();
        Files.write(bench.payloads.file(payload.sha256()), new byte[] {1});
        assertThat(bench.run(spec))
                .isEqualTo(new FakeCore.Outcome(
                        AttemptEnd.FAILED, null, "payload " + payload.name() + " is changed", false));
        Files.delete(bench.payloads.file(payload.sha256()));
        assertThat(bench.run(spec).error()).isEqualTo("payload " + payload.name() + " is missing");
        assertThat(bench.file("ran")).doesNotExist();
    }

    @Test
    void environment_holdsTheTaskAndWhatIsAllowed_andNothingElseOfTheServer() {
        bench.agent("env", "env.MODEL", "small model");
        String result = bench.run(TaskSpec.of("Grüße\nzwei").build()).result();
        assertThat(result)
                .contains("SKEP_TASK_DESCRIPTION=Grüße\\nzwei")
                .contains("SKEP_TASK_ID=00task0\\n", "SKEP_TASK_TOKEN=1\\n", "SKEP_AGENT_ID=worker\\n")
                .containsPattern("TRACEPARENT=00-[0-9a-f]{32}-[0-9a-f]{16}-01")
                .contains("SKEP_ATTEMPT=00task0:1\\n", "SKEP_SERVER=" + base + "\\n")
                .contains("MODEL=small model", "LANG=C.UTF-8", "PATH=")
                .doesNotContain("SERVER_SECRET", "hidden");
    }

    @Test
    void allowList_givesExactlyTheVariablesNamed() {
        bench.agent("env", "environment", "SERVER_SECRET,PATH");
        assertThat(bench.run().result()).contains("SERVER_SECRET=hidden").doesNotContain("LANG=");
    }

    @Test
    void directory_isTheAgentsOwnByDefault() throws IOException {
        bench.agent("pwd -P");
        assertThat(bench.run().result())
                .isEqualTo("\"" + base.resolve("work/worker").toRealPath() + "\"");
    }

    @Test
    void directory_isTheOneConfigured() throws IOException {
        Path directory = Files.createDirectory(base.resolve("repo"));
        bench.agent("pwd -P", "directory", directory.toString());
        assertThat(bench.run().result()).isEqualTo("\"" + directory.toRealPath() + "\"");
    }

    @Test
    void exitStatus_otherThanZero_isARetryableFailureWithTheLastLines() {
        bench.agent("sh -c 'echo out; echo one >&2; echo two >&2; exit 3'");
        assertThat(bench.run())
                .isEqualTo(new FakeCore.Outcome(AttemptEnd.FAILED, null, "exit status 3\none\ntwo", true));
    }

    @Test
    void exitStatus_thatIsPermanent_isNotRetryable() {
        bench.agent("sh -c 'exit 64'");
        assertThat(bench.run()).isEqualTo(new FakeCore.Outcome(AttemptEnd.FAILED, null, "exit status 64", false));
    }

    @Test
    void signal_isNamed() {
        bench.agent("sh -c 'kill -9 $$'");
        assertThat(bench.run())
                .isEqualTo(new FakeCore.Outcome(AttemptEnd.FAILED, null, "exit status 137 (SIGKILL)", true));
    }

    @Test
    void program_thatDoesNotExist_failsForGood() {
        bench.agent("no-such-program --help");
        FakeCore.Outcome outcome = bench.run();
        assertThat(outcome.error()).contains("there is no program no-such-program");
        assertThat(outcome.retryable()).isFalse();
        assertThat(bench.core.said).noneMatch(word -> word.startsWith("start"));
    }

    @Test
    void program_thatIsNoProgram_failsForGood() throws IOException {
        bench.agent("./broken");
        Path broken = Files.writeString(bench.file("broken"), "\0\1 neither script nor binary");
        assertThat(broken.toFile().setExecutable(true)).isTrue();
        assertThat(bench.run().retryable()).isFalse();
    }

    @Test
    void directory_thatWentAway_failsForGood() throws IOException {
        Path directory = Files.createDirectory(base.resolve("gone"));
        bench.agent("true", "directory", directory.toString());
        Files.delete(directory);
        assertThat(bench.run().error()).isEqualTo("the working directory " + directory + " does not exist");
    }

    @Test
    void program_inItsDirectory_isFoundByItsRelativePath() throws IOException {
        bench.agent("./hello 'a b' \"\"");
        Path script = Files.writeString(bench.file("hello"), "#!/bin/sh\necho \"$#:$1:$2:\"\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        assertThat(bench.run().result()).isEqualTo("\"2:a b::\"");
    }

    @Test
    void standardError_becomesProgress_coalesced_withTheLastLineAlways() {
        bench.agent("sh -c 'i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo line $i >&2; done'");
        bench.run();
        assertThat(bench.core.progress).endsWith("line 2000").hasSizeLessThan(100);
    }

    @Test
    void usage_isToldApartFromProgress_theLastWordAlways() {
        bench.agent("sh -c 'i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo skep:usage tokens=$i costMicros=7 >&2; done;"
                + " echo end >&2'");
        bench.run();
        assertThat(bench.core.used).endsWith(new Usage(500, 7)).hasSizeLessThan(100);
        assertThat(bench.core.progress).containsExactly("end");
    }

    @Test
    void usage_thatStopsTheTree_endsTheProgram() {
        bench.core.refuse("use", Refusal.of(Refusal.Reason.FENCED, "over"));
        bench.agent("sh -c 'echo $$ > pid; echo skep:usage tokens=9 >&2; sleep 300'");
        bench.assign();
        long pid = bench.pid("pid");
        await().atMost(Bench.PATIENCE).until(() -> !Bench.isAlive(pid));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "skep:usage tokens=-1",
                "skep:usage tokens=1.5",
                "skep:usage costMicros=1 tokens=1",
                "skep:usage tokens=1 more",
                "my skep:usage tokens=1",
                "skep:usage tokens=1000000000000000000000"
            })
    void lineThatIsNotQuiteOfUsage_isProgress(String line) {
        assertThat(UsageLine.parse(line)).isEmpty();
    }

    @Test
    void usageLine_mayNameEither() {
        assertThat(UsageLine.parse("skep:usage tokens=5")).contains(new Usage(5, 0));
        assertThat(UsageLine.parse("skep:usage costMicros=6 ")).contains(new Usage(0, 6));
        assertThat(UsageLine.parse("skep:usage")).contains(Usage.NONE);
    }

    @Test
    void progress_thatIsFenced_endsTheProgram() {
        bench.core.refuse("heartbeat", Refusal.of(Refusal.Reason.FENCED, "over"));
        bench.agent("sh -c 'echo $$ > pid; echo hello >&2; sleep 300'");
        bench.assign();
        long pid = bench.pid("pid");
        await().atMost(Bench.PATIENCE).until(() -> !Bench.isAlive(pid));
        assertThat(bench.core.said).noneMatch(word -> word.startsWith("complete") || word.startsWith("fail"));
    }

    @Test
    void program_thatNeverReads_isNotWaitedFor() {
        bench.agent("sh -c 'echo ok'");
        String input = "\"" + "x".repeat(256 * 1024 - 2) + "\"";
        assertThat(bench.run(TaskSpec.of("big").input(input).build()).result()).isEqualTo("\"ok\"");
    }

    @Test
    void program_thatClosesItsInputEarly_works() {
        bench.agent("sh -c 'exec <&-; echo ok'");
        String input = "\"" + "x".repeat(256 * 1024 - 2) + "\"";
        assertThat(bench.run(TaskSpec.of("big").input(input).build()).result()).isEqualTo("\"ok\"");
    }

    @Test
    void bigInput_arrivesWhole() {
        bench.agent("sh -c 'wc -c'");
        String input = "\"" + "x".repeat(256 * 1024 - 2) + "\"";
        String count = bench.run(TaskSpec.of("big").input(input).build()).result();
        assertThat(Long.parseLong(count)).isBetween(256L * 1024, 256L * 1024 + 400);
    }

    @Test
    void program_hasNotRun_beforeItsStartIsDurable() throws IOException {
        CompletableFuture<Void> durable = bench.core.hold("start");
        bench.agent("sh -c 'echo $$ > ran; echo $$'");
        AttemptRef attempt = bench.assign();
        await().atMost(Bench.PATIENCE).until(() -> bench.core.programs.containsKey(attempt.task()));
        long pid = bench.core.programs.get(attempt.task()).pid();
        assertThat(Files.readString(Path.of("/proc/" + pid + "/cmdline"))).contains("IFS= read");
        assertThat(bench.file("ran")).doesNotExist();
        durable.complete(null);
        assertThat(bench.outcome(attempt).result()).isEqualTo(Long.toString(pid));
    }

    @Test
    void program_whoseStartIsRefused_neverRuns() {
        bench.core.refuse("start", Refusal.of(Refusal.Reason.FENCED, "over"));
        bench.agent("touch ran");
        AttemptRef attempt = bench.assign();
        await().atMost(Bench.PATIENCE).until(() -> bench.core.programs.containsKey(attempt.task()));
        long pid = bench.core.programs.get(attempt.task()).pid();
        await().atMost(Bench.PATIENCE).until(() -> !Bench.isAlive(pid));
        assertThat(bench.file("ran")).doesNotExist();
        assertThat(bench.core.outcome(attempt)).isNotDone();
    }

    @Test
    void program_whoseStartCannotBeRecorded_isInterrupted() {
        bench.core.hold("start").completeExceptionally(new IllegalStateException("the store stopped"));
        bench.agent("touch ran");
        FakeCore.Outcome outcome = bench.run();
        assertThat(outcome.end()).isEqualTo(AttemptEnd.INTERRUPTED);
        assertThat(outcome.error()).contains("the store stopped");
        assertThat(bench.file("ran")).doesNotExist();
    }

    @Test
    void fullDisk_delaysStartAndOutcome_andLosesNothing() {
        Refusal full = Refusal.retryLater(Refusal.Reason.STORE_FULL, "full", Duration.ofMillis(10));
        bench.core.refuse("start", full);
        bench.core.refuse("complete", full);
        bench.core.refuse("complete", full);
        bench.agent("echo 1");
        assertThat(bench.run().result()).isEqualTo("1");
        assertThat(bench.core.said).filteredOn("complete 00task0"::equals).hasSize(3);
    }

    @Test
    void result_thatCoreRefuses_failsTheTask() {
        bench.core.refuse("complete", Refusal.of(Refusal.Reason.TOO_LARGE, "over 256 KiB"));
        bench.agent("echo 1");
        assertThat(bench.run())
                .isEqualTo(
                        new FakeCore.Outcome(AttemptEnd.FAILED, null, "the result was refused: over 256 KiB", false));
    }

    @Test
    void result_thatComesTooLate_isDropped() {
        bench.core.refuse("complete", Refusal.of(Refusal.Reason.FENCED, "over"));
        bench.core.refuse("complete", Refusal.of(Refusal.Reason.CONFLICT, "odd"));
        bench.agent("echo 1");
        AttemptRef late = bench.assign();
        await().atMost(Bench.PATIENCE).until(() -> bench.core.said.contains("complete " + late.task()));
        AttemptRef odd = bench.assign();
        await().atMost(Bench.PATIENCE).until(() -> bench.core.said.contains("complete " + odd.task()));
        assertThat(bench.run().result()).isEqualTo("1");
        assertThat(bench.core.said).doesNotContain("fail " + late.task(), "fail " + odd.task());
    }

    @Test
    void sameAssignment_twice_runsOnce() {
        bench.agent("sh -c 'echo x >> runs'");
        AttemptRef attempt =
                bench.core.assign("worker", "00again", TaskSpec.of("x").build());
        bench.core.assign("worker", "00again", TaskSpec.of("x").build());
        bench.outcome(attempt);
        assertThat(bench.file("runs")).hasContent("x");
    }
}
