// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A short run of each benchmark on the built distribution, so that none can rot; the figures of so short a run say nothing. */
class SmokeIT {
    private static final Path INSTANCES = Path.of(System.getProperty("skep.instances"));

    @Test
    void recovery_threeKills_nothingIsLost() {
        assertThat(run("recovery", "--rounds", "3")).isZero();
    }

    @Test
    void configs_oneStartAndTwoKills_noFileIsHalf() {
        assertThat(run("configs", "--starts", "1", "--kills", "2")).isZero();
    }

    @Test
    void tasks_quick_namesEveryResultOfTheDesign() throws IOException {
        Path json = INSTANCES.resolve("tasks.json");
        assertThat(run("tasks", "--quick", "--json", json.toString())).isZero();
        assertThat(names(json))
                .contains(
                        "inprocess.cycles.1",
                        "inprocess.cycles.64",
                        "inprocess.cycles.1024",
                        "http.cycles.single",
                        "http.cycles.one",
                        "http.cycles.batch",
                        "start.latency.p50.ms",
                        "start.latency.p99.ms",
                        "ratio.log");
    }

    @Test
    void swap_tenTimesUnderLoad_failsNoCallAndNamesEveryResultOfTheDesign() throws IOException {
        Path json = INSTANCES.resolve("swap.json");
        assertThat(run("swap", "--quick", "--swaps", "10", "--json", json.toString()))
                .isZero();
        assertThat(names(json))
                .contains(
                        "swaps",
                        "calls",
                        "failed.calls",
                        "fallback.calls",
                        "lost.tasks",
                        "late.answers",
                        "p999.ratio.sidebyside",
                        "longest.wait.ms.inplace",
                        "classloaders.leaked");
    }

    @Test
    void canary_oneRound_judgesEachVersionRightly() throws IOException {
        Path json = INSTANCES.resolve("canary.json");
        assertThat(run("canary", "--quick", "--json", json.toString())).isZero();
        assertThat(names(json))
                .contains("wrong.rolledback", "slow.rolledback", "equal.promoted", "calls", "failed.calls");
    }

    @Test
    void history_quick_namesItsResults() throws IOException {
        Path json = INSTANCES.resolve("history.json");
        assertThat(run("history", "--quick", "--json", json.toString())).isZero();
        assertThat(names(json)).contains("history", "live", "page.p99.ms", "restart.ms", "cycle.cost.ratio");
    }

    @Test
    void overhead_quick_namesEveryResultOfTheDesign() throws IOException {
        Path json = INSTANCES.resolve("overhead.json");
        assertThat(run("overhead", "--quick", "--json", json.toString())).isZero();
        assertThat(names(json)).contains("call.overhead.ns", "call.overhead.bytes", "idle.plugins.heap.percent");
    }

    @Test
    void register_fewAgents_namesEveryResultOfTheDesign() throws IOException {
        Path json = INSTANCES.resolve("register.json");
        assertThat(run("register", "--quick", "--json", json.toString())).isZero();
        assertThat(names(json))
                .contains(
                        "register.per.s",
                        "register.p99.ms",
                        "connected.false.losses",
                        "connected.cpu.percent",
                        "connected.heap.mb");
    }

    @Test
    void pressure_forSeconds_losesNothingAndNamesEveryResult() throws IOException {
        Path json = INSTANCES.resolve("pressure.json");
        assertThat(run("pressure", "--quick", "--json", json.toString())).isZero();
        assertThat(names(json))
                .contains(
                        "outage.drain.ratio",
                        "outage.urgent.start.p99.ms",
                        "tenants.wait.ratio.p50",
                        "tenants.wait.ratio.p99",
                        "overload.429",
                        "overload.lost",
                        "overload.recover.ms",
                        "overload.heap.mb",
                        "bulk.claim.p99.ratio");
    }

    @Test
    void routing_onOurOwnExamples_namesItsResults() throws IOException {
        Path json = INSTANCES.resolve("routing.json");
        assertThat(run("routing", "--quick", "--json", json.toString())).isZero();
        assertThat(names(json))
                .contains(
                        "examples.zeroshot.acc1",
                        "examples.bm25.acc1",
                        "examples.profiled5.acc",
                        "examples.learn.mean",
                        "examples.learn.last1000",
                        "examples.learn.keyword.mean",
                        "examples.learn.static.mean",
                        "examples.oos.auroc",
                        "examples.drift.recover.tasks",
                        "decision.uncached.p50.us",
                        "decision.cached.p50.us",
                        "decision.100k.p50.us");
    }

    @Test
    void routing_withoutData_saysWhereToGetIt() {
        assertThat(run("routing")).isEqualTo(2);
    }

    @Test
    void pressure_ofAnUnknownKind_isRefused() {
        assertThat(run("pressure", "--only", "none")).isEqualTo(2);
    }

    private static List<String> names(Path json) throws IOException {
        List<String> names = new ArrayList<>();
        new ObjectMapper()
                .readTree(json.toFile())
                .path("results")
                .forEach(result -> names.add(result.path("name").asText()));
        return names;
    }

    private static int run(String bench, String... options) {
        List<String> words = new ArrayList<>(
                List.of(bench, "--home", INSTANCES.resolve(bench).toString()));
        words.addAll(List.of(options));
        return Bench.run(words);
    }
}
