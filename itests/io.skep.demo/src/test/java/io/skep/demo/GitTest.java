// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitTest {
    @TempDir
    Path directory;

    @Test
    void subdirectory_isInTheRepositoryAboveIt() throws Exception {
        TestRepo repo = TestRepo.in(directory.resolve("r ä"))
                .write("sub dir/a \"b\".txt", "1\n")
                .write("c.txt", "1\n")
                .commit("Ann")
                .write("c.txt", "2\n")
                .commit("Bob");
        Git git = Git.at(repo.top().resolve("sub dir"));
        assertThat(git.top()).isEqualTo(repo.top().toRealPath());
        assertThat(git.commits()).isEqualTo(2);
        assertThat(git.trackedFiles()).containsExactlyInAnyOrder("c.txt", "sub dir/a \"b\".txt");
        assertThat(git.commitsOf("c.txt")).isEqualTo(2);
        assertThat(git.commitsOf("sub dir/a \"b\".txt")).isEqualTo(1);
    }

    @Test
    void bareRepository_isOne() throws Exception {
        TestRepo repo =
                TestRepo.in(directory.resolve("r")).write("c.txt", "1\n").commit("Ann");
        repo.git("clone", "-q", "--bare", ".", "../bare.git");
        Git git = Git.at(directory.resolve("bare.git"));
        assertThat(git.commits()).isEqualTo(1);
        assertThat(git.trackedFiles()).containsExactly("c.txt");
    }

    @Test
    void repositoryWithoutACommit_isRefusedInOneLine() throws Exception {
        TestRepo repo = TestRepo.in(directory.resolve("r"));
        assertThatThrownBy(() -> Git.at(repo.top()))
                .isInstanceOf(IOException.class)
                .hasMessageMatching("The repository .* has no commit yet\\.");
    }

    @Test
    void directoryWithoutARepository_isRefusedInOneLine() throws Exception {
        Path plain = Files.createDirectories(directory.resolve("plain"));
        assertThatThrownBy(() -> Git.at(plain))
                .isInstanceOf(IOException.class)
                .satisfies(e -> assertThat(e.getMessage())
                        .startsWith("No git repository can be read in ")
                        .hasLineCount(1));
        assertThatThrownBy(() -> Git.at(plain.resolve("none"))).hasMessageMatching("There is no directory .*\\.");
    }

    @Test
    void namesInQuotes_areUnquoted() {
        assertThat(Git.unquote("a b.txt")).isEqualTo("a b.txt");
        assertThat(Git.unquote("\"q\\\"\\\\\\tü\\n\\001.txt\"")).isEqualTo("q\"\\\tü\n\u0001.txt");
        assertThat(Git.unquote("\"")).isEqualTo("\"");
    }
}
