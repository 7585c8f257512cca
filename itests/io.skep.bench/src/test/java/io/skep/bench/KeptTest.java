// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptTest {
    private static final Instant AT = Instant.parse("2026-11-28T00:00:00Z");

    @TempDir
    Path directory;

    private static Report report(String machine, double rate) {
        return new Report(
                "b",
                "0.1.0",
                "abc",
                machine,
                new Findings("synced", List.of(Result.of("rate", rate, "1/s")), List.of()));
    }

    private List<String> add(String machine, double rate, String options) throws IOException {
        return new Kept(directory.resolve("results"), "b").add(report(machine, rate), options, AT);
    }

    @Test
    void run_isComparedWithTheLastOfTheSameMachineAndOptions_andAddedToThose() throws IOException {
        assertThat(add("m, 2 cores, 900 syncs/s", 100, "{}"))
                .hasSize(1)
                .first()
                .asString()
                .contains("the first run");
        assertThat(add("m, 2 cores, 4,100 syncs/s", 125, "{}"))
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains("100.000 ->", "125.000", "1/s", "+25.0 %"));
        assertThat(add("m, 2 cores, 900 syncs/s", 1, "{quick=}"))
                .first()
                .asString()
                .contains("the first run");
        assertThat(add("other, 900 syncs/s", 1, "{}")).first().asString().contains("the first run");
        Path file = directory.resolve("results/b.jsonl");
        Files.writeString(file, "{\"bench\":\"b\",\"mach\n", StandardOpenOption.APPEND);
        assertThat(add("m, 2 cores, 1 syncs/s", 100, "{}"))
                .anySatisfy(line -> assertThat(line).contains("-20.0 %"));
        assertThat(Files.readAllLines(file)).hasSize(6);
    }
}
