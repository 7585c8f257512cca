// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.TextNode;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final Subject SUBJECT = Subject.of(TextNode.valueOf("x"));

    @TempDir
    Path directory;

    private Programs programs;

    @BeforeEach
    void start() {
        programs = new Programs(() -> Settings.DEFAULT.withPrograms(directory));
    }

    @AfterEach
    void end() {
        programs.close();
    }

    private CheckSpec check(String script, int seconds) throws IOException {
        Path file = directory.resolve("p");
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return new Codec()
                .read("{\"kind\":\"program\",\"program\":\"p\",\"timeoutSeconds\":" + seconds + "}", CheckSpec.class)
                .valid();
    }

    private Outcome run(String script, int seconds) throws IOException {
        return programs.run(check(script, seconds), "run-" + directory.getFileName(), SUBJECT)
                .orTimeout(2, TimeUnit.MINUTES)
                .join();
    }

    /** Command lines of processes that have this directory's name in it. */
    private List<String> left() {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("[0-9]+"))
                    .map(ProgramsTest::commandLine)
                    .filter(line -> line.contains(directory.toString()))
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    @Test
    void aProgramThatForksAndNeverEnds_isEndedWithAllThatItStarted() throws IOException {
        String sleeper = "sh -c 'while :; do sleep 0.1; done' " + directory;
        Outcome outcome = run(
                "trap '' TERM HUP\n" + sleeper + " &\nsetsid " + sleeper + " &\n(" + sleeper + " &) &\n" + sleeper, 1);
        assertThat(outcome.state()).isEqualTo(CheckRun.ERRORED);
        assertThat(outcome.detail()).contains("had not ended after 1 s");
        await().atMost(LONG).until(this::left, List::isEmpty);
    }

    @Test
    void whatAProgramLeavesBehind_isEndedToo() throws IOException {
        Outcome outcome = run("setsid sh -c 'while :; do sleep 0.1; done' " + directory + " &\nexit 0", 60);
        assertThat(outcome.state()).isEqualTo(CheckRun.PASSED);
        await().atMost(LONG).until(this::left, List::isEmpty);
    }

    @Test
    void anOutputWithoutEnd_isReadAndNotKept() throws IOException {
        Outcome outcome = run("yes | head -c 3000000; echo last; exit 1", 60);
        assertThat(outcome.detail())
                .startsWith("exit status 1")
                .endsWith("last")
                .hasSizeLessThanOrEqualTo(2000);
        assertThat(run("exec yes", 1).state()).isEqualTo(CheckRun.ERRORED);
    }

    @Test
    void environment_isAlmostEmpty() throws IOException {
        Outcome outcome = run("env | cut -d= -f1 | sort | tr '\\n' ' '", 60);
        assertThat(outcome.detail()).contains("PATH").contains("SKEP_GATE_RUN").doesNotContain("HOME");
    }

    @Test
    void aFileThatIsNoProgram_neverPasses() throws IOException {
        CheckSpec check = check("", 5);
        Files.write(directory.resolve("p"), new byte[] {0, 1, 2, 3});
        assertThat(programs.run(check, "r", SUBJECT).join().state()).isIn(CheckRun.FAILED, CheckRun.ERRORED);
        Files.setPosixFilePermissions(directory.resolve("p"), PosixFilePermissions.fromString("rw-------"));
        assertThatExceptionOfType(Declination.class)
                .isThrownBy(() -> programs.find("p"))
                .withMessageContaining("not executable");
        assertThatExceptionOfType(Declination.class).isThrownBy(() -> programs.find("q"));
        assertThatExceptionOfType(Declination.class)
                .isThrownBy(() -> new Programs(() -> Settings.DEFAULT).find("p"))
                .withMessageContaining("no directory");
    }

    @Test
    void closing_endsWhatRuns_andNothingIsJudged() throws IOException {
        var running = programs.run(check("sh -c 'while :; do sleep 0.1; done' " + directory, 60), "r2", SUBJECT);
        await().atMost(LONG).until(() -> !left().isEmpty());
        programs.close();
        await().atMost(LONG).until(this::left, List::isEmpty);
        await().atMost(LONG).until(running::isCompletedExceptionally);
        assertThat(programs.run(check("", 5), "r3", SUBJECT)).isCompletedExceptionally();
    }

    @Test
    void whatAnEarlierServerHasLeftOfARun_isEndedFirst() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "while :; do sleep 0.1; done", directory.toString());
        builder.environment().put(Programs.MARK, "run-" + directory.getFileName());
        Process earlier = builder.start();
        assertThat(run("exit 0", 60).state()).isEqualTo(CheckRun.PASSED);
        assertThat(earlier.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
}
