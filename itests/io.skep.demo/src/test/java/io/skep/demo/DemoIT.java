// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as the README has it, on a repository of one commit. */
class DemoIT {
    @TempDir
    Path directory;

    @Test
    void once_onATinyRepository_everythingEndsAsExpected() throws Exception {
        TestRepo repo = TestRepo.in(directory.resolve("repo"))
                .write("a b.md", "hello\n")
                .commit("Ann");
        Path home = Path.of(System.getProperty("skep.instances"), "demo");
        String[] words = {
            "--once",
            "--repo",
            repo.top().toString(),
            "--home",
            home.toString(),
            "--out",
            directory.resolve("report.md").toString(),
            "--json",
            directory.resolve("summary.json").toString()
        };
        assertThat(Demo.run(words)).isZero();
        assertThat(directory.resolve("report.md")).isNotEmptyFile();
        JsonNode encoder = new ObjectMapper()
                .readTree(directory.resolve("summary.json").toFile())
                .path("encoderUpdate");
        assertThat(encoder.path("byMeaning").asInt()).isPositive();
        assertThat(encoder.path("failed").asInt()).isZero();
    }
}
