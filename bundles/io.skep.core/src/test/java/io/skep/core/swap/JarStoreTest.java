// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarStoreTest {
    /** Of {@code abc}, as FIPS 180 has it. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    private Path directory;

    private JarStore store;
    private Path jar;

    @BeforeEach
    void start() throws IOException {
        store = new JarStore(directory.resolve("plugins"));
        jar = Files.writeString(directory.resolve("x.jar"), "abc");
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("plugins"))) {
            return files.count();
        }
    }

    @Test
    void hash_isSha256() throws IOException {
        assertThat(JarStore.sha256(jar)).isEqualTo(ABC);
    }

    @Test
    void keptJar_isACopy_underItsHash() throws IOException {
        assertThat(store.has(ABC)).isFalse();

        Path kept = store.keep(jar, ABC);

        Files.delete(jar);
        assertThat(kept).isEqualTo(store.path(ABC)).hasContent("abc");
        assertThat(store.has(ABC)).isTrue();
        assertThat(store.has("")).isFalse();
        assertThat(files()).isEqualTo(1);
    }

    @Test
    void keptTwice_isKeptOnce() throws IOException {
        store.keep(jar, ABC);

        assertThat(store.keep(directory.resolve("absent"), ABC)).hasContent("abc");
        assertThat(files()).isEqualTo(1);
    }

    @Test
    void whatIsWritten_isKeptUnderItsHash() throws IOException {
        assertThat(store.keep(part -> Files.writeString(part, "abc"))).isEqualTo(ABC);

        assertThat(store.path(ABC)).hasContent("abc");
        assertThat(files()).isEqualTo(1);
    }

    @Test
    void jarThatChangesAfterItWasChecked_isNotKept() throws IOException {
        Files.writeString(jar, "another");

        assertThatThrownBy(() -> store.keep(jar, ABC))
                .isInstanceOf(IOException.class)
                .hasMessage("it has changed since it was checked");

        assertThat(files()).isZero();
    }

    @Test
    void jarThatCannotBeWritten_leavesNothing() throws IOException {
        assertThatThrownBy(() -> store.keep(part -> {
                    Files.writeString(part, "half");
                    throw new IOException("no space");
                }))
                .hasMessage("no space");

        assertThat(files()).isZero();
    }

    @Test
    void unwantedJars_areDropped() throws IOException {
        store.keep(jar, ABC);

        store.drop(Set.of("other"));
        assertThat(store.has(ABC)).isTrue();
        store.drop(Set.of(ABC, "other"));

        assertThat(store.has(ABC)).isFalse();
    }

    @Test
    void whatNobodyWants_andWhatNeverArrived_isNotRetained() throws IOException {
        store.retain(Set.of());
        store.keep(jar, ABC);
        Files.writeString(directory.resolve("plugins/incoming1.part"), "half");
        Files.writeString(store.path("old"), "old");
        assertThat(files()).isEqualTo(3);

        store.retain(Set.of(ABC));

        assertThat(files()).isEqualTo(1);
        assertThat(store.has(ABC)).isTrue();
    }
}
