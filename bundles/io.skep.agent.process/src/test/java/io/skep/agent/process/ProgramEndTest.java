// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.TaskSpec;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is ended when, and that nothing remains. */
class ProgramEndTest {
    /** A child, a grandchild in the same session, one in a session of its own, and one whose parent is gone. */
    private static final String TREE = "sh -c '"
            + "sh -c \"echo \\$\\$ > child; sleep 300 & echo \\$! > grandchild; wait\" & "
            + "setsid sh -c \"echo \\$\\$ > apart; exec sleep 301\" & "
            + "(setsid sh -c \"echo \\$\\$ > orphan; trap : TERM; while :; do sleep 302; done\" &) ; "
            + "echo $$ > root; wait; sleep 303'";

    private static final List<String> PARTS = List.of("root", "child", "grandchild", "apart", "orphan");

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

    private List<Long> pids() {
        List<Long> pids = new ArrayList<>();
        PARTS.forEach(part -> pids.add(bench.pid(part)));
        return pids;
    }

    @Test
    void timeout_endsTheWholeTree_beforeItIsTold() {
        bench.agent(TREE, "timeout.millis", "8000", "kill.grace.millis", "100");
        AttemptRef attempt = bench.assign();
        List<Long> pids = pids();
        assertThat(pids).allMatch(Bench::isAlive);
        assertThat(bench.outcome(attempt))
                .isEqualTo(new FakeCore.Outcome(AttemptEnd.TIMED_OUT, null, "took longer than 8000 ms", true));
        assertThat(pids).noneMatch(Bench::isAlive);
    }

    @Test
    void timeoutOfTheTask_holdsWhenItIsSmaller() {
        bench.agent("sleep 300");
        assertThat(bench.run(TaskSpec.of("x")
                                .attemptTimeout(Duration.ofMillis(50))
                                .build())
                        .error())
                .isEqualTo("took longer than 50 ms");
    }

    @Test
    void cancel_endsTheWholeTree_andTellsNothing() {
        bench.agent(TREE, "kill.grace.millis", "100");
        AttemptRef attempt = bench.assign();
        List<Long> pids = pids();
        bench.core.connectors.get("worker").canceled(attempt, "not needed");
        await().atMost(Bench.PATIENCE).until(() -> pids.stream().noneMatch(Bench::isAlive));
        assertThat(bench.core.outcome(attempt)).isNotDone();
    }

    @Test
    void cancel_beforeTheGateIsOpen_meansThatNothingRuns() {
        bench.core.hold("start");
        bench.agent("touch ran");
        AttemptRef attempt = bench.assign();
        await().atMost(Bench.PATIENCE).until(() -> bench.core.programs.containsKey(attempt.task()));
        long pid = bench.core.programs.get(attempt.task()).pid();
        bench.core.connectors.get("worker").canceled(attempt, "not needed");
        await().atMost(Bench.PATIENCE).until(() -> !Bench.isAlive(pid));
        assertThat(bench.file("ran")).doesNotExist();
    }

    @Test
    void cancel_andAnswer_ofSomethingElse_changeNothing() {
        bench.agent("cat");
        AttemptRef other = new AttemptRef("00none", 1, "worker");
        bench.core.connectors.get("worker").canceled(other, "x");
        bench.core.connectors.get("worker").answered(other, "1");
        assertThat(bench.run().end()).isEqualTo(AttemptEnd.COMPLETED);
    }

    @Test
    void program_thatIgnoresTerm_isForcedAfterTheGrace() {
        bench.agent("sh -c 'trap : TERM; echo $$ > pid; while :; do sleep 300; done'", "kill.grace.millis", "50");
        AttemptRef attempt = bench.assign();
        long pid = bench.pid("pid");
        bench.core.connectors.get("worker").canceled(attempt, "x");
        await().atMost(Bench.PATIENCE).until(() -> !Bench.isAlive(pid));
    }

    @Test
    void program_thatEndsOnTerm_isGivenTheTime() {
        bench.agent(
                "sh -c 'trap \"echo bye > bye; exit 0\" TERM; echo $$ > pid; while :; do sleep 0.05; done'",
                "kill.grace.millis",
                "60000");
        AttemptRef attempt = bench.assign();
        bench.pid("pid");
        bench.core.connectors.get("worker").canceled(attempt, "x");
        await().atMost(Bench.PATIENCE).until(() -> bench.file("bye").toFile().length() == 4);
    }

    @Test
    void tooMuchOutput_isAFailureForGood_andEndsTheProgram() {
        bench.agent("yes", "output.limit.bytes", "1000");
        assertThat(bench.run())
                .isEqualTo(new FakeCore.Outcome(
                        AttemptEnd.FAILED,
                        null,
                        "wrote more than 1000 bytes (output.limit.bytes) to standard output",
                        false));
    }

    @Test
    void tooMuchOutput_atTheLastMoment_isAFailureToo() {
        bench.agent("printf 12345", "output.limit.bytes", "4");
        assertThat(bench.run().error()).contains("more than 4 bytes");
    }

    @Test
    void outputAtTheLimit_isAResult() {
        bench.agent("printf 12345", "output.limit.bytes", "5");
        assertThat(bench.run().result()).isEqualTo("12345");
    }

    @Test
    void leftovers_ofAProgramThatSucceeded_areEnded() {
        bench.agent("sh -c 'sleep 300 & echo $! > left; (setsid sh -c \"echo \\$\\$ > apart; exec sleep 301\" &);"
                + " while [ ! -s apart ]; do sleep 0.01; done; echo ok'");
        assertThat(bench.run().result()).isEqualTo("\"ok\"");
        assertThat(Bench.isAlive(bench.pid("left"))).isFalse();
        assertThat(Bench.isAlive(bench.pid("apart"))).isFalse();
    }

    @Test
    void outputHeldOpen_byAProcessThatCannotBeFound_delaysTheResultOnlyShortly() {
        bench.agent("sh -c '(setsid env -i sh -c \"echo \\$\\$ > hidden; exec sleep 300\" &);"
                + " while [ ! -s hidden ]; do sleep 0.01; done; echo ok'");
        assertThat(bench.run().result()).isEqualTo("\"ok\"");
        long hidden = bench.pid("hidden");
        assertThat(Bench.isAlive(hidden)).isTrue();
        ProcessHandle.of(hidden).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void close_endsEveryProgram_andSaysThatItWasInterrupted() {
        bench.agent(TREE, "slots", "2", "kill.grace.millis", "100");
        AttemptRef attempt = bench.assign();
        List<Long> pids = pids();
        bench.close();
        assertThat(bench.outcome(attempt))
                .isEqualTo(new FakeCore.Outcome(AttemptEnd.INTERRUPTED, null, "the server stops", true));
        assertThat(pids).noneMatch(Bench::isAlive);
        assertThat(bench.core.said).contains("disconnect worker");
    }

    @Test
    void hundredPrograms_oneAfterTheOther_leakNeitherThreadsNorFiles() {
        bench.agent("sh -c 'cat > /dev/null; echo progress >&2; echo ok'");
        bench.run();
        int files = openFiles();
        for (int i = 0; i < 100; i++) {
            assertThat(bench.run().result()).isEqualTo("\"ok\"");
        }
        await().atMost(Bench.PATIENCE)
                .untilAsserted(() -> assertThat(openFiles()).isLessThanOrEqualTo(files + 3));
        await().atMost(Bench.PATIENCE)
                .untilAsserted(() -> assertThat(ourThreads()).isEqualTo(1));
    }

    private static int openFiles() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? 0 : open.length;
    }

    private static long ourThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("skep-process"))
                .count();
    }
}
