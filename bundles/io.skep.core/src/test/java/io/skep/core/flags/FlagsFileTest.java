// SPDX-License-Identifier: Apache-2.0
package io.skep.core.flags;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlagsFileTest {
    @TempDir
    private Path directory;

    private Path path;
    private FlagsFile file;

    @BeforeEach
    void start() {
        path = directory.resolve("io.skep.flags.cfg");
        file = new FlagsFile(path);
    }

    @Test
    void absentFile_saysNothing_andIsMade() throws IOException {
        assertThat(file.read()).isEmpty();

        file.set("echo", "25%");

        assertThat(path).hasContent("echo = 25%");
        assertThat(file.read()).containsExactly(Map.entry("echo", "25%"));
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void otherLines_stayAsTheyAre() throws IOException {
        Files.writeString(path, "# why\n\nshout=on\n  echo : off\n! also\necho_more = 1%\n");

        file.set("echo", "tenant:a, agent:b");

        assertThat(path).hasContent("# why\n\nshout=on\necho = tenant:a, agent:b\n! also\necho_more = 1%");
        assertThat(file.read())
                .containsOnly(
                        Map.entry("echo", "tenant:a, agent:b"), Map.entry("shout", "on"), Map.entry("echo_more", "1%"));
    }

    @Test
    void newKey_comesLast() throws IOException {
        Files.writeString(path, "shout = on\n");

        file.set("echo", "off");

        assertThat(path).hasContent("shout = on\necho = off");
    }

    @Test
    void keyThatIsThereTwice_isThereOnce() throws IOException {
        Files.writeString(path, "echo = 1%\nshout = on\necho = 2%\n");

        file.set("echo", "3%");

        assertThat(path).hasContent("echo = 3%\nshout = on");
    }

    @Test
    void key_isTakenAway() throws IOException {
        Files.writeString(path, "# keep\necho = 1%\n#echo = 2%\n");

        file.set("echo", null);
        file.set("never_there", null);

        assertThat(path).hasContent("# keep\n#echo = 2%");
        assertThat(file.read()).isEmpty();
    }

    @Test
    void dotInAKey_isADot() throws IOException {
        Files.writeString(path, "legacyXmode = on\n");

        file.set("legacy.mode", "on");

        assertThat(path).hasContent("legacyXmode = on\nlegacy.mode = on");
    }
}
