// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.LocalProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding and ending processes, with and without the help of Linux. */
class ProcessTableTest {
    @TempDir
    Path directory;

    private final Workers workers = new Workers();

    @AfterEach
    void close() {
        workers.close();
    }

    private Process start(String script) throws IOException {
        return new ProcessBuilder("sh", "-c", script)
                .directory(directory.toFile())
                .start();
    }

    private void end(ProcessTable table, ProcessTree tree) {
        CompletableFuture<Void> over = new Killer(table, workers, System::nanoTime).end(tree, Duration.ofMillis(50));
        await().atMost(Bench.PATIENCE).until(over::isDone);
    }

    @Test
    void withoutProcFs_descendantsAreFoundAndEnded() throws IOException {
        ProcessTable table = new ProcessTable(null);
        Process root = start("trap : TERM; sleep 300 & sleep 301 & while :; do sleep 302; done");
        await().atMost(Bench.PATIENCE).until(() -> root.descendants().count() == 3);
        List<ProcessHandle> all = root.descendants().toList();
        assertThat(table.seesSessions()).isFalse();
        assertThat(table.members(table.treeOf(root.toHandle(), false, "X=1"), List.of()))
                .containsAll(all)
                .contains(root.toHandle());
        end(table, table.treeOf(root.toHandle(), false, "X=1"));
        assertThat(root.isAlive()).isFalse();
        assertThat(all).noneMatch(process -> Bench.isAlive(process.pid()));
    }

    @Test
    void withoutProcFs_aProgramOfAnEarlierServer_isKnownByItsStart() throws IOException {
        ProcessTable table = new ProcessTable(null);
        Process root = start("exec sleep 300");
        LocalProgram program =
                new LocalProgram(root.pid(), root.info().startInstant().orElseThrow());
        assertThat(table.treeOf(new LocalProgram(root.pid(), program.startedAt().plusSeconds(60)), "X=1")
                        .root())
                .isNull();
        end(table, table.treeOf(program, "X=1"));
        assertThat(root.isAlive()).isFalse();
    }

    @Test
    void sessionThatTheProgramDoesNotLead_isLeftAlone() throws IOException {
        ProcessTable table = ProcessTable.ofThisMachine();
        Process root = start("exec sleep 300");
        LocalProgram program =
                new LocalProgram(root.pid(), root.info().startInstant().orElseThrow());
        ProcessTree tree = table.treeOf(program, "X=1");
        assertThat(tree.session()).isZero();
        assertThat(table.members(tree, List.of())).containsExactly(root.toHandle());
        root.destroyForcibly();
    }

    @Test
    void server_isNeverAMember() {
        ProcessTable table = new ProcessTable(null);
        ProcessTree own = new ProcessTree(ProcessHandle.current(), 0, 0, "X=1");
        assertThat(table.members(own, List.of())).doesNotContain(ProcessHandle.current());
    }

    @Test
    void processesThatCannotBeListed_areGivenUpInTheEnd() {
        ProcessTable blind = new ProcessTable(new ProcFs(directory.resolve("none")));
        AtomicLong nanos = new AtomicLong();
        Killer killer = new Killer(blind, workers, () -> nanos.addAndGet(1_000_000_000L));
        CompletableFuture<Void> over = killer.end(new ProcessTree(null, 0, 0, "X=1"), Duration.ofMillis(10));
        await().atMost(Bench.PATIENCE).until(over::isDone);
    }

    @Test
    void gate_letsNothingThrough_whenTheServerDies() throws IOException, InterruptedException {
        Gate gate = new Gate(null);
        assertThat(gate.makesSessions()).isFalse();
        Path touch = Gate.find("touch", System.getenv("PATH"), directory).orElseThrow();
        Process process = gate.start(touch, List.of("ran"), directory, Map.of());
        process.getOutputStream().close();
        assertThat(process.waitFor()).isNotZero();
        assertThat(directory.resolve("ran")).doesNotExist();
    }

    @Test
    void gate_withoutSessions_runsTheProgramInItsOwnProcess() throws IOException, InterruptedException {
        Path sh = Gate.find("sh", System.getenv("PATH"), directory).orElseThrow();
        Process process = new Gate(null).start(sh, List.of("-c", "echo $$; cat"), directory, Map.of());
        process.getOutputStream().write("\nrest of it\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(output).isEqualTo(process.pid() + "\nrest of it\n");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void programs_areFoundAsAShellFindsThem() {
        assertThat(Gate.find("no-such", System.getenv("PATH"), directory)).isEmpty();
        assertThat(Gate.find("/bin/sh", "", directory)).contains(Path.of("/bin/sh"));
        assertThat(Gate.find("./sh", "/bin", directory)).isEmpty();
        assertThat(Gate.of(new ProcessTable(null), "/usr/bin:/bin").makesSessions())
                .isFalse();
    }
}
