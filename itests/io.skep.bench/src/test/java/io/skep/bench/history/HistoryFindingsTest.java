// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.bench.Findings;
import io.skep.bench.Result;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryFindingsTest {
    private final Map<String, Double> figures = new HashMap<>(Map.of(
            "cycles.small",
            10_000.0,
            "cycles.large",
            8_000.0,
            "page.p99.ms",
            199.0,
            "restart.ms",
            7_999.0,
            "live.after.restart",
            1000.0,
            "log.mb",
            7.0,
            "backup.s",
            2.0));

    private Findings findings(boolean judged) {
        return new HistoryFindings(figures).findings(5000, 1000, judged);
    }

    @Test
    void figuresWithinTheirLimits_areNoViolation() {
        Findings findings = findings(true);
        assertThat(findings.violations()).isEmpty();
        assertThat(findings.results())
                .contains(
                        Result.count("history", 5000),
                        Result.count("live", 1000),
                        Result.of("cycle.cost.ratio", 1.25, ""),
                        Result.of("page.p99.ms", 199, "ms"),
                        Result.of("log.mb", 7, "MB"),
                        Result.of("backup.s", 2, "s"),
                        Result.of("cycles.small", 10_000, "/s"));
    }

    @Test
    void eachLimit_isSaid_butNotOfASmoke() {
        figures.putAll(Map.of("cycles.large", 5_000.0, "page.p99.ms", 201.0, "restart.ms", 9_000.0));
        assertThat(findings(true).violations())
                .containsExactly(
                        "page.p99.ms is 201.00, more than 200.00",
                        "restart.ms is 9000.00, more than 8000.00",
                        "cycle.cost.ratio is 2.00, more than 1.50");
        assertThat(findings(false).violations()).isEmpty();
    }

    @Test
    void lostTasks_areAViolation_alsoOfASmoke() {
        figures.put("live.after.restart", 999.0);
        assertThat(findings(false).violations()).containsExactly("after the restart 999 of 1000 tasks wait");
    }

    @Test
    void percentile_isAValueThatWasMeasured() {
        assertThat(Pages.percentile(List.of(3.0, 1.0, 2.0, 4.0), 50)).isEqualTo(2.0);
        assertThat(Pages.percentile(List.of(3.0, 1.0, 2.0, 4.0), 99)).isEqualTo(4.0);
    }
}
