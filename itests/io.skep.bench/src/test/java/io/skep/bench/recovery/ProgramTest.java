// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that notices a second one at its task. */
class ProgramTest {
    @TempDir
    Path directory;

    @BeforeEach
    void install() throws IOException {
        Files.createDirectories(directory.resolve("locks"));
        try (InputStream in = Programs.class.getResourceAsStream("program.sh")) {
            Files.copy(in, directory.resolve("program.sh"));
        }
    }

    @Test
    void programAlone_noticesNothing_andLeavesNoLock() throws Exception {
        assertThat(start("sh", "program.sh").waitFor()).isZero();
        assertThat(directory.resolve("violations")).doesNotExist();
        assertThat(directory.resolve("ledger")).content().startsWith("00a 1 ");
        assertThat(directory.resolve("locks")).isEmptyDirectory();
    }

    @Test
    void secondProgram_besideALiveOne_isNoticed() throws Exception {
        Process first = start("sh", "-c", "read x; :");
        try {
            lock(first.pid());
            assertThat(start("sh", "program.sh").waitFor()).isZero();
            assertThat(directory.resolve("violations")).content().contains("met pid " + first.pid());
        } finally {
            first.destroyForcibly();
        }
    }

    @Test
    void secondProgram_afterADeadOne_isRight() throws Exception {
        Process first = start("true");
        first.waitFor();
        lock(first.pid());
        assertThat(start("sh", "program.sh").waitFor()).isZero();
        assertThat(directory.resolve("violations")).doesNotExist();
    }

    private void lock(long pid) throws IOException {
        Files.createDirectories(directory.resolve("locks/00a"));
        Files.writeString(directory.resolve("locks/00a/pid"), pid + "\n");
    }

    private Process start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().put("SKEP_TASK_ID", "00a");
        builder.environment().put("SKEP_TASK_TOKEN", "1");
        Process process = builder.start();
        if (command[command.length - 1].equals("program.sh")) {
            process.getOutputStream().close();
        }
        return process;
    }
}
