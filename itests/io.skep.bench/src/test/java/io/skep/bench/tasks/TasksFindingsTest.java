// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.skep.bench.Findings;
import io.skep.bench.Result;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TasksFindingsTest {
    @Test
    void median_isTheMiddleOfAllRounds() {
        Samples samples = new Samples();
        List.of(3.0, 1.0, 9.0).forEach(value -> samples.add(Map.of("x", value)));

        assertThat(samples.median("x")).isEqualTo(3);
        assertThat(samples.least("x")).isEqualTo(1);
        assertThat(samples.most("x")).isEqualTo(9);
    }

    @Test
    void ratios_areOfCyclesAndTheLowestCounts() {
        Samples samples = withoutPeer();
        Findings findings = new TasksFindings(samples, false).findings("no peer");

        // 3 records a cycle: 3,000 records a second are 1,000 cycles.
        assertThat(value(findings, "ratio.log.64")).isCloseTo(0.6, within(1e-9));
        assertThat(value(findings, "ratio.log.1024")).isCloseTo(0.5, within(1e-9));
        assertThat(value(findings, "ratio.log")).isCloseTo(0.5, within(1e-9));
        assertThat(names(findings)).noneMatch(name -> name.contains("dbscheduler"));
        assertThat(names(findings))
                .contains(
                        "inprocess.cycles.1",
                        "inprocess.cycles.64",
                        "inprocess.cycles.1024",
                        "http.cycles.single",
                        "http.cycles.one",
                        "http.cycles.batch",
                        "start.latency.p50.ms",
                        "start.latency.p99.ms");
    }

    @Test
    void peer_isTakenAtItsBest() {
        Samples samples = withoutPeer();
        samples.add(
                Map.of("dbscheduler.cycles.1", 10.0, "dbscheduler.cycles.64", 200.0, "dbscheduler.cycles.1024", 300.0));
        samples.add(latency("dbscheduler.start.latency."));
        Findings findings = new TasksFindings(samples, false).findings("peer");

        assertThat(value(findings, "dbscheduler.cycles")).isEqualTo(300);
        assertThat(value(findings, "ratio.dbscheduler")).isEqualTo(2);
    }

    @Test
    void onPostgres_thereIsNoBareStoreToCompareWith() {
        Samples samples = withoutPeer();
        samples.add(
                Map.of("dbscheduler.cycles.1", 10.0, "dbscheduler.cycles.64", 200.0, "dbscheduler.cycles.1024", 300.0));
        samples.add(latency("dbscheduler.start.latency."));
        Findings findings = new TasksFindings(samples, true).findings("peer");

        assertThat(value(findings, "ratio.dbscheduler")).isEqualTo(2);
        assertThat(findings.durability()).contains("the same PostgreSQL");
        assertThat(names(findings)).noneMatch(name -> name.startsWith("ratio.log") || name.equals("log.record.bytes"));
    }

    @Test
    void thinking_costsTheDifference_andMayBeAllThatWasMeasured() {
        Samples samples = new Samples();
        addThinking(samples);
        Findings findings = new TasksFindings(samples, false).findings("no peer");

        assertThat(value(findings, "thinking.lost.p99.ms")).isCloseTo(2, within(1e-9));
        assertThat(names(findings)).allMatch(name -> name.startsWith("thinking."));
    }

    private static void addThinking(Samples samples) {
        samples.add(Map.of("thinking.on.latency.p50.ms", 2.0, "thinking.on.latency.p99.ms", 5.0));
        samples.add(Map.of("thinking.off.latency.p50.ms", 1.0, "thinking.off.latency.p99.ms", 3.0));
    }

    private static Samples withoutPeer() {
        Samples samples = new Samples();
        addThinking(samples);
        Map<Integer, Double> cycles = Map.of(1, 100.0, 64, 600.0, 1024, 500.0);
        cycles.forEach((n, value) -> samples.add(Map.of(
                "inprocess.cycles.per.s." + n, value,
                "inprocess.settled.per.s." + n, value,
                "inprocess.records.per.cycle." + n, 3.0,
                "inprocess.cycles.per.commit." + n, 5.0,
                "inprocess.projection.lag.records." + n, 0.0,
                "inprocess.projection.catchup.ms." + n, 0.0,
                "store.records.per.s." + n, 3000.0,
                "store.bytes.per.record." + n, 350.0,
                "journal.records.per.s." + n, 6000.0)));
        for (String shape : List.of("http.cycles.one", "http.cycles.single", "http.cycles.batch")) {
            samples.add(Map.of(shape, 7.0, shape + ".server.cpu.us", 1.0, shape + ".client.cpu.us", 1.0));
        }
        samples.add(latency("start.latency."));
        samples.add(latency("http.start.latency."));
        return samples;
    }

    private static Map<String, Double> latency(String prefix) {
        return Map.of(prefix + "p50.ms", 1.0, prefix + "p99.ms", 2.0, prefix + "p999.ms", 3.0);
    }

    private static double value(Findings findings, String name) {
        return findings.results().stream()
                .filter(result -> result.name().equals(name))
                .mapToDouble(Result::value)
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(Findings findings) {
        return findings.results().stream().map(Result::name).toList();
    }
}
