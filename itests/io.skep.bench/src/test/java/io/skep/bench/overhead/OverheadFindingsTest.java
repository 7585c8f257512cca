// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.overhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.bench.Findings;
import io.skep.bench.Result;
import io.skep.bench.calls.Measurements.Cost;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OverheadFindingsTest {
    private static final IdleHeap.Heap HEAP = new IdleHeap.Heap(1, 55_000_000, 50_000_000);

    @Test
    void costs_becomeTheDifferencesToDirectCalls() {
        Findings findings = new OverheadFindings(costs(210, 100), HEAP).findings(true);

        assertThat(value(findings, "call.overhead.ns")).isEqualTo(200);
        assertThat(value(findings, "call.overhead.bytes")).isEqualTo(52);
        assertThat(value(findings, "call.async.overhead.ns")).isEqualTo(470);
        assertThat(value(findings, "call.threads2.ratio")).isEqualTo(1.75);
        assertThat(value(findings, "idle.plugins.heap.percent")).isEqualTo(10);
        assertThat(findings.violations()).isEmpty();
    }

    @Test
    void goals_thatAreMissed_areViolations_unlessTheRunIsQuick() {
        OverheadFindings slow = new OverheadFindings(costs(400, 300), new IdleHeap.Heap(1, 60, 50));

        assertThat(slow.findings(true).violations())
                .containsExactly(
                        "call.overhead.ns is 390.0, more than 300.0",
                        "call.overhead.bytes is 252.0, more than 128.0",
                        "idle.plugins.heap.percent is 20.0, more than 15.0");
        assertThat(new OverheadFindings(costs(400, 300), HEAP).findings(false).violations())
                .isEmpty();
    }

    @Test
    void cost_thatWasNotMeasured_isNoResult() {
        assertThatThrownBy(() -> new OverheadFindings(Map.of(), HEAP).findings(true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("CallCosts.direct.4");
    }

    private static double value(Findings findings, String name) {
        return findings.results().stream()
                .filter(result -> result.name().equals(name))
                .mapToDouble(Result::value)
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Cost> costs(double registry, double bytes) {
        Map<String, Cost> costs = new HashMap<>();
        costs.put("CallCosts.direct.4", new Cost(10, 0, 48));
        costs.put("CallCosts.direct.1000", new Cost(15, 0, 48));
        costs.put("CallCosts.direct.4@2", new Cost(10, 0, 48));
        costs.put("CallCosts.registry.4", new Cost(registry, 0, bytes));
        costs.put("CallCosts.registry.1000", new Cost(registry + 10, 0, bytes));
        costs.put("CallCosts.registry.4@2", new Cost(registry / 1.75 * 2, 0, bytes));
        costs.put("LaterCosts.direct", new Cost(30, 0, 100));
        costs.put("LaterCosts.registry", new Cost(500, 0, 300));
        costs.put("PooledCosts.direct", new Cost(9_000, 0, 200));
        costs.put("PooledCosts.registry", new Cost(10_000, 0, 400));
        costs.put("BreakerCosts.none", new Cost(10, 0, 48));
        costs.put("BreakerCosts.resilience4j", new Cost(210, 0, 96));
        return costs;
    }
}
