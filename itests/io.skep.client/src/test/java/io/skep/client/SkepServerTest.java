// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes and servers that are under control, with stand-ins for the real thing. */
class SkepServerTest {
    @TempDir
    Path directory;

    @Test
    void process_isFoundByItsWords_andKilled() throws Exception {
        String mark = "mark-" + System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "sleep 60; : " + mark);
        builder.environment().put("SKEP_ATTEMPT", mark);
        Process process = builder.start();
        try {
            assertThat(Poll.until(
                            () -> Processes.find("sleep 60", mark).isPresent(),
                            Duration.ofSeconds(60),
                            Duration.ofMillis(5)))
                    .isTrue();
            assertThat(Processes.find("sleep 60", mark)).hasValue(process.pid());
            if (Files.isDirectory(Path.of("/proc/self"))) {
                assertThat(Processes.withEnvironment("SKEP_ATTEMPT=" + mark)).contains(process.pid());
            }
            assertThat(Processes.kill9(process.pid())).isTrue();
            assertThat(process.waitFor()).isEqualTo(137);
            assertThat(Processes.isRunning(process.pid())).isFalse();
            assertThat(Processes.kill9(process.pid())).isFalse();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    void launcherThatFails_isReportedWithItsLog() throws Exception {
        Path launcher =
                Files.writeString(directory.resolve("skep"), "#!/bin/sh\necho \"no: $1 $SKEP_HTTP_PORT\"\nexit 3\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        SkepServer server = SkepServer.fromLauncher(launcher, "", directory.resolve("home"), 1234, 1235);
        assertThatThrownBy(() -> server.start(Duration.ofSeconds(60)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "could not start the server; see " + server.home().resolve("start.log"));
        assertThat(server.home().resolve("start.log")).hasContent("no: start 1234");
    }

    @Test
    void launcher_isAskedToUnpack() throws Exception {
        Path launcher = Files.writeString(
                directory.resolve("skep"),
                "#!/bin/sh\necho \"$1\"\nmkdir -p \"$SKEP_HOME/karaf/etc\" && exit $STATUS\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        SkepServer server = SkepServer.fromLauncher(launcher, "", directory.resolve("home"), 1234, 1235);

        server.unpack();

        assertThat(server.karaf().resolve("etc")).isDirectory();
        assertThat(server.home().resolve("start.log")).hasContent("unpack");
        assertThatThrownBy(() -> server.with("STATUS", "3").unpack())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("skep unpack; see");
    }

    @Test
    void archiveAndDirectoryWithSpaces_areRefused() {
        SkepServer server = SkepServer.fromArchive(directory.resolve("x.tar.gz"), directory.resolve("a b"), 1, 2);
        assertThatThrownBy(() -> server.start(Duration.ofSeconds(1))).hasMessageContaining("without spaces");
    }

    @Test
    void serverThatNeverRan_isStoppedAlready() throws Exception {
        SkepServer server = SkepServer.fromArchive(directory.resolve("x"), directory.resolve("h"), 1, 2);
        server.stop();
        assertThat(server.isReady()).isFalse();
    }

    @Test
    void nothingSaid_isAnIllegalState() {
        assertThatThrownBy(() -> SkepServer.of(directory, 1, 2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("skep.launcher");
    }

    @Test
    void poll_endsAtItsDeadline() throws Exception {
        assertThat(Poll.until(() -> false, Duration.ofMillis(5), Duration.ofMillis(1)))
                .isFalse();
        assertThat(Poll.until(() -> true, Duration.ZERO, Duration.ofMillis(1))).isTrue();
    }
}
