// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Workers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path root;

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Folder.Look look(Settings limits) {
        return new Folder(root, "project").look(limits);
    }

    @Test
    void folders_areNamespaces_andABadFileHindersNoOther() throws IOException {
        write(root.resolve("top.md"), "do it");
        write(root.resolve("git/flow/merge.md"), "merge");
        write(root.resolve("notes.txt"), "no command");
        write(root.resolve("wrong.md"), "---\npriority: 99\n---\nx");
        write(root.resolve("Upper Case.md"), "x");
        Files.write(root.resolve("latin.md"), "é".getBytes(StandardCharsets.ISO_8859_1));
        Files.createSymbolicLink(root.resolve("link.md"), Path.of("/etc/passwd"));
        Folder.Look look = look(Settings.DEFAULT);
        assertThat(look.commands()).containsOnlyKeys("top", "git:flow:merge");
        assertThat(look.bad())
                .extracting(Folder.Bad::file, Folder.Bad::reason)
                .containsExactlyInAnyOrder(
                        tuple("wrong.md", "priority must be a whole number from 0 to 9"),
                        tuple(
                                "Upper Case.md",
                                "its name is not lower-case letters, digits, dot, underscore and hyphen"),
                        tuple("latin.md", "it is not UTF-8"),
                        tuple("link.md", "it is no regular file"));
    }

    @Test
    void limits_holdForNumberSizeAndDepth() throws IOException {
        for (int i = 0; i < 8; i++) {
            write(root.resolve("many/f" + i + ".md"), "x");
        }
        Settings few = new Settings(null, null, 5, 1024, 1, null, 1, 1, 1, 1);
        assertThat(look(few).commands()).hasSizeLessThan(5);
        assertThat(look(few).bad()).anySatisfy(bad -> assertThat(bad.reason()).contains("more than 5 files"));
        Settings small = new Settings(null, null, 500, 1024, 1, null, 1, 1, 1, 1);
        write(root.resolve("large.md"), "x".repeat(1025));
        write(root.resolve("a/b/deep.md"), "x");
        assertThat(look(small).commands()).doesNotContainKeys("large", "a:b:deep");
        assertThat(look(small).bad())
                .extracting(Folder.Bad::reason)
                .containsExactlyInAnyOrder("it has more than 1024 bytes", "it is deeper than 1 folders");
    }

    @Test
    void aDirectoryThatIsNotThere_isEmpty() {
        assertThat(new Folder(root.resolve("none"), "user")
                        .look(Settings.DEFAULT)
                        .commands())
                .isEmpty();
    }

    @Test
    void twoFilesOfOneName_areNoted() throws IOException {
        write(root.resolve("a:b.md"), "x");
        write(root.resolve("a/b.md"), "y");
        assertThat(look(Settings.DEFAULT).commands()).containsOnlyKeys("a:b");
        assertThat(look(Settings.DEFAULT).bad()).hasSize(1);
    }

    @Test
    void projectBeatsUserBeatsBuiltIn_andChangesAreSeen() throws IOException {
        Path user = root.resolve("user");
        Path project = root.resolve("project");
        Entry builtin = Entry.of("a", "built in", "", List.of(), (arguments, caller) -> new CompletableFuture<>());
        write(user.resolve("b.md"), "of the user");
        Settings settings = Settings.DEFAULT.withCommands(project, user);
        try (Workers workers = new Workers()) {
            Catalogue catalogue = new Catalogue(List.of(builtin), () -> settings, workers);
            assertThat(source(catalogue, "a")).isEqualTo("built-in");
            assertThat(source(catalogue, "b")).isEqualTo("user");
            write(user.resolve("a.md"), "of the user");
            Awaitility.await().atMost(LONG).until(() -> source(catalogue, "a").equals("user"));
            write(project.resolve("a.md"), "of the project");
            Awaitility.await().atMost(LONG).until(() -> source(catalogue, "a").equals("project"));
            write(project.resolve("a.md"), "of the project, changed");
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> entry(catalogue, "a").prompt().body().equals("of the project, changed"));
            Files.delete(project.resolve("a.md"));
            Awaitility.await().atMost(LONG).until(() -> source(catalogue, "a").equals("user"));
        }
    }

    @Test
    void afterTheEnd_noMoreIsLookedAt() {
        Workers workers = new Workers();
        workers.close();
        Catalogue catalogue = new Catalogue(List.of(), () -> Settings.DEFAULT, workers);
        assertThat(catalogue.now()).isCompletedExceptionally();
    }

    @Test
    void anUnknownCommand_hasItsNearest() throws IOException {
        write(root.resolve("deploy.md"), "x");
        Catalogue.Listing listing = new Catalogue.Listing(look(Settings.DEFAULT).commands(), List.of());
        assertThatExceptionOfType(Declination.class)
                .isThrownBy(() -> listing.get("delpoy"))
                .withMessage("there is no command \"/delpoy\"; perhaps /deploy");
        assertThatExceptionOfType(Declination.class)
                .isThrownBy(() -> listing.get("xyz"))
                .withMessageContaining("/help");
    }

    private static Entry entry(Catalogue catalogue, String name) {
        return catalogue.now().join().get(name);
    }

    private static String source(Catalogue catalogue, String name) {
        return entry(catalogue, name).source();
    }
}
