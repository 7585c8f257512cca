// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
    void recovery_oneKill_nothingIsLost() throws IOException {
        assertThat(resultsOf("recovery", "--rounds", "1")).contains("rounds", "lost", "doubled");
    }

    @Test
    void configs_oneStartAndOneKill_noFileIsHalf() throws IOException {
        assertThat(resultsOf("configs", "--starts", "1", "--kills", "1")).isNotEmpty();
    }

    @Test
    void tasks_quick_namesEveryResultOfTheDesign() throws IOException {
        assertThat(resultsOf("tasks", "--quick"))
                .contains(
                        "inprocess.cycles.1",
                        "inprocess.cycles.64",
                        "inprocess.cycles.1024",
                        "http.cycles.single",
                        "http.cycles.one",
                        "http.cycles.batch",
                        "start.latency.p50.ms",
                        "start.latency.p99.ms",
                        "thinking.lost.p99.ms",
                        "ratio.log");
    }

    @Test
    void swap_tenTimesUnderLoad_failsNoCallAndNamesEveryResultOfTheDesign() throws IOException {
        assertThat(resultsOf("swap", "--quick", "--swaps", "10"))
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
        assertThat(resultsOf("canary", "--quick"))
                .contains("wrong.rolledback", "slow.rolledback", "equal.promoted", "calls", "failed.calls");
    }

    @Test
    void history_quick_namesItsResults() throws IOException {
        assertThat(resultsOf("history", "--quick"))
                .contains("history", "live", "page.p99.ms", "restart.ms", "cycle.cost.ratio");
    }

    @Test
    void observability_quick_namesItsResults() throws IOException {
        assertThat(resultsOf("observability", "--quick"))
                .contains(
                        "tasks.lost.percent",
                        "call.p50.added.us",
                        "spans.exported",
                        "flood.lag.events",
                        "flood.heap.added.mb");
    }

    @Test
    void overhead_quick_namesEveryResultOfTheDesign() throws IOException {
        assertThat(resultsOf("overhead", "--quick"))
                .contains("call.overhead.ns", "call.overhead.bytes", "idle.plugins.heap.percent");
    }

    @Test
    void register_fewAgents_namesEveryResultOfTheDesign() throws IOException {
        assertThat(resultsOf("register", "--quick"))
                .contains(
                        "register.per.s",
                        "register.p99.ms",
                        "connected.false.losses",
                        "connected.cpu.percent",
                        "connected.heap.mb");
    }

    @Test
    void security_quick_namesItsResults() throws IOException {
        assertThat(resultsOf("security", "--quick"))
                .contains(
                        "open.p50.us",
                        "cached.p50.us",
                        "cached.p99.us",
                        "uncached.rs256.p50.us",
                        "denied.p50.us",
                        "denied.p99.us",
                        "changed.p50.us",
                        "changed.p99.us",
                        "audit.per.s",
                        "policy.million.p50.us");
    }

    @Test
    void pressure_forSeconds_losesNothingAndNamesEveryResult() throws IOException {
        assertThat(resultsOf("pressure", "--quick"))
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
        assertThat(resultsOf("routing", "--quick"))
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
    void context_onOurOwnConversations_namesItsResults() throws IOException {
        assertThat(resultsOf("context", "--quick", "--model", "minilm"))
                .contains(
                        "coverage30",
                        "recall10",
                        "combined",
                        "token.reduction",
                        "pinned.kept",
                        "turns.per.s",
                        "turns.per.s.encoded",
                        "first.coverage30",
                        "longest.coverage30",
                        "textrank.coverage30",
                        "random.coverage30",
                        "bm25.recall10");
    }

    @Test
    void context_withoutData_saysWhereToGetIt() {
        assertThat(run("context", List.of())).isEqualTo(2);
    }

    @Test
    void routing_withoutData_saysWhereToGetIt() {
        assertThat(run("routing", List.of())).isEqualTo(2);
    }

    @Test
    void balance_inFewTasks_namesItsResults() throws IOException {
        assertThat(resultsOf("balance", "--quick"))
                .contains(
                        "steady.roundrobin.p99.ms",
                        "heavytail.leastloaded.p99.ms",
                        "heterogeneous.p2c.p99.ms",
                        "degrading.prequal.p99.ms",
                        "flapping.adaptive.p99.ms",
                        "flapping.adaptive.lost.percent");
    }

    @Test
    void pressure_ofAnUnknownKind_isRefused() {
        assertThat(run("pressure", List.of("--only", "none"))).isEqualTo(2);
    }

    /** Runs a benchmark that must find no violation; the names of its results. */
    private static List<String> resultsOf(String bench, String... options) throws IOException {
        Path json = INSTANCES.resolve(bench + ".json");
        List<String> words = new ArrayList<>(List.of(options));
        words.addAll(List.of(
                "--json",
                json.toString(),
                "--keep",
                INSTANCES.resolve("results").toString()));
        int status = run(bench, words);
        assertThat(status).as("could not run, see its output").isNotEqualTo(2);
        JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.path("violations")).as("violations").isEmpty();
        assertThat(status).isZero();
        return report.path("results").findValuesAsText("name");
    }

    private static int run(String bench, List<String> options) {
        List<String> words = new ArrayList<>(
                List.of(bench, "--home", INSTANCES.resolve(bench).toString()));
        words.addAll(options);
        return Bench.run(words);
    }
}
