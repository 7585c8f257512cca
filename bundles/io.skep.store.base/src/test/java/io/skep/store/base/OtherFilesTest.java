// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherFilesTest {
    @TempDir
    private Path directory;

    private Path from;
    private Path to;

    @BeforeEach
    void make() throws IOException {
        from = Files.createDirectories(directory.resolve("from"));
        to = Files.createDirectories(directory.resolve("to"));
        Files.createDirectories(from.resolve("context/a"));
        Files.writeString(from.resolve("context/a/1.session"), "said");
        Files.writeString(from.resolve("context/a/2.session"), "said");
    }

    private static List<Path> files(Path in) {
        try (Stream<Path> all = Files.walk(in)) {
            return all.filter(Files::isRegularFile).map(in::relativize).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void files_areCopied_butNotTheDatabases_norWhatIsBeingMade() throws IOException {
        for (String other : List.of("log.db", "projection.db-wal", "lock", "context/a/3.session.new", "x.part")) {
            Files.writeString(from.resolve(other), "not this");
        }

        OtherFiles.copy(from, to, (phase, done, total) -> {});

        assertThat(files(to)).containsExactly(Path.of("context/a/1.session"), Path.of("context/a/2.session"));
    }

    @Test
    void fileThatIsWrittenAnewUnderAnotherName_isCopied() throws IOException {
        List<Path> copied = new ArrayList<>();
        OtherFiles.copy(from, to, (phase, done, total) -> {
            if (copied.isEmpty()) {
                copied.addAll(files(to));
                // Both names have been read from the directory by now.
                rename(copied.get(0).endsWith("1.session") ? "2.session" : "1.session");
            }
        });

        assertThat(files(to)).hasSize(2).containsAll(copied).contains(Path.of("context/a/3.session"));
    }

    private void rename(String name) {
        Path file = from.resolve("context/a").resolve(name);
        try {
            Files.move(file, file.resolveSibling("3.session"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
