// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private final Report report = new Report(
            "b",
            "0.1.0",
            "abc",
            "a machine",
            new Findings(
                    "synced",
                    List.of(Result.of("rounds", 1_000, ""), Result.of("rate", 3, "1/s", "other", 1.5)),
                    List.of("bad")));

    @TempDir
    Path directory;

    @Test
    void json_hasEachMember_andPeersOnlyWhereThereAreSome() throws Exception {
        Path file = directory.resolve("r.json");
        report.write(file);
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly("bench", "version", "commit", "machine", "durability", "results", "violations");
        assertThat(json.path("results").get(0).fieldNames()).toIterable().containsExactly("name", "value", "unit");
        assertThat(json.path("results").get(1).path("ratio").asDouble()).isEqualTo(2.0);
        assertThat(json.path("violations").get(0).asText()).isEqualTo("bad");
    }

    @Test
    void table_isReadable() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        report.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("b, Skep 0.1.0 (abc)", "rounds                              1,000\n", "other 1.500, ratio 2")
                .contains("VIOLATION: bad");
    }

    @Test
    void machine_isDescribed() throws Exception {
        assertThat(Machine.describe(directory.resolve("new"))).matches(".+, \\d+ cores, .+, JDK 17.+, \\d+ syncs/s");
        assertThat(directory.resolve("new")).isEmptyDirectory();
    }
}
