// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A small git repository made for one test. */
final class TestRepo {
    private final Path top;
    private int day;

    private TestRepo(Path top) {
        this.top = top;
    }

    static TestRepo in(Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        TestRepo repo = new TestRepo(directory);
        repo.git("init", "-q");
        return repo;
    }

    Path top() {
        return top;
    }

    TestRepo write(String name, String content) throws IOException {
        Path file = top.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    /** Commits everything; each commit is a hundred days after the one before. */
    TestRepo commit(String author) throws IOException, InterruptedException {
        git("add", "-A");
        git(
                "commit",
                "-q",
                "--author",
                author + " <" + author.toLowerCase(java.util.Locale.ROOT) + "@example.org>",
                "-m",
                "x");
        day += 100;
        return this;
    }

    String git(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-c", "user.name=C", "-c", "user.email=c@example.org"));
        command.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(top.toFile()).redirectErrorStream(true);
        String date = (1_600_000_000L + day * 86_400L) + " +0000";
        builder.environment().put("GIT_AUTHOR_DATE", date);
        builder.environment().put("GIT_COMMITTER_DATE", date);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + out);
        }
        return out;
    }
}
