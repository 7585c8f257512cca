// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarksTest {
    @TempDir
    Path directory;

    private static String run(String at, String machine, double rate) {
        return "{\"bench\":\"tasks\",\"commit\":\"abc\",\"machine\":\"" + machine + "\",\"at\":\"" + at
                + "\",\"options\":\"{}\",\"results\":[{\"name\":\"rate\",\"value\":" + rate
                + ",\"unit\":\"1/s\"}],\"violations\":[\"bad\"]}\n";
    }

    private Benchmarks.Runs ask(String bench, Integer limit) {
        return new Benchmarks(directory, new Codec()).of(new Benchmarks.BenchmarksRequest(bench, limit));
    }

    @Test
    void runs_areShownNewestFirst_withWhatChangedOnTheSameMachine() throws IOException {
        Files.writeString(
                directory.resolve("tasks.jsonl"),
                run("1", "m, 900 syncs/s", 100) + run("2", "other, 1 syncs/s", 7) + "{\"bench\":\n"
                        + run("3", "m, 4,100 syncs/s", 80));
        Files.writeString(directory.resolve("swap.jsonl"), run("9", "m", 1));
        assertThat(ask(null, null).runs()).hasSize(4);
        Benchmarks.Runs runs = ask("tasks", null);
        assertThat(runs.runs()).extracting(Benchmarks.Run::at).containsExactly("3", "2", "1");
        assertThat(runs.runs().get(0).results()).containsExactly(new Benchmarks.Figure("rate", 80, "1/s", -20.0));
        assertThat(runs.runs().get(1).results().get(0).changePercent()).isNull();
        assertThat(runs.runs().get(0).violations()).containsExactly("bad");
        assertThat(ask("tasks", 1).runs()).extracting(Benchmarks.Run::at).containsExactly("3");
    }

    @Test
    void ofALargeFile_theEndIsRead_andWithoutAnythingThereIsNothing() throws IOException {
        assertThat(ask(null, null).runs()).isEmpty();
        assertThat(new Benchmarks(null, new Codec())
                        .of(new Benchmarks.BenchmarksRequest(null, null))
                        .runs())
                .isEmpty();
        String many = String.join("", Collections.nCopies(3_000, run("1", "m", 1)));
        Files.writeString(directory.resolve("tasks.jsonl"), many + run("2", "m", 2));
        assertThat(ask("tasks", 100).runs())
                .hasSize(100)
                .first()
                .satisfies(run -> assertThat(run.at()).isEqualTo("2"));
    }

    @Test
    void whatIsOutOfItsLimits_isNamed() {
        assertThatThrownBy(() -> ask("../x", null))
                .isInstanceOf(Declination.class)
                .hasMessageContaining("bench");
        assertThatThrownBy(() -> ask(null, 101)).isInstanceOf(Declination.class).hasMessageContaining("limit");
        assertThat(Settings.path(" ")).isNull();
        assertThat(Settings.path("x")).isAbsolute();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.path("\0"))
                .withMessageContaining("benchmarks is no path");
    }
}
