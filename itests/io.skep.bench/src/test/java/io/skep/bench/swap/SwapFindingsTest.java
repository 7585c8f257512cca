// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.bench.Findings;
import io.skep.bench.Result;
import io.skep.bench.inprocess.CallLoad;
import io.skep.bench.inprocess.Tally;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SwapFindingsTest {
    private static final Tally.Seen FIRST = new Tally.Seen("sample", "1.0.0", 7, 1, 10_000);

    @Test
    void calls_ofBothSides_areCountedTogether() {
        Tally outside = new Tally();
        outside.answered(1_000_000, FIRST);
        outside.failed(9_000_000, "502");
        Tally inside = new Tally();
        inside.fellBack(2_000_000, "nobody");

        Phase phase = Phase.merged(Map.of("a", outside.report()), new CallLoad.State(0, Map.of("a", inside.report())))
                .get("a");

        assertThat(phase.calls()).isEqualTo(3);
        assertThat(phase.failed()).isEqualTo(1);
        assertThat(phase.fallback()).isEqualTo(1);
        assertThat(phase.problems()).containsExactlyInAnyOrder("HTTP: 502", "inside: nobody");
        assertThat(phase.longestMillis()).isBetween(9.0, 9.1);
    }

    @Test
    void callsThatNeverEnd_areFailed() {
        Map<String, Phase> phases = Phase.merged(Map.of(), new CallLoad.State(3, Map.of()));

        assertThat(Phase.sum(phases.values()).failed()).isEqualTo(3);
    }

    @Test
    void answer_isLate_onlyWhenItsCallWasBegunAfterTheDrain() {
        assertThat(new Retired("sample", 7, 9_000, Way.UPDATE).hasAnsweredLate(FIRST))
                .isTrue();
        assertThat(new Retired("sample", 7, 9_990, Way.UPDATE).hasAnsweredLate(FIRST))
                .isFalse();
        assertThat(new Retired("sample", 8, 9_000, Way.UPDATE).hasAnsweredLate(FIRST))
                .isFalse();
        assertThat(new Retired("other", 7, 9_000, Way.UPDATE).hasAnsweredLate(FIRST))
                .isFalse();
    }

    @Test
    void findings_withoutAFailure_haveEveryResultOfTheDesignAndNoViolation() {
        Findings findings =
                new SwapFindings(levels(1_000_000, 1_500_000), List.of(), 200, List.of()).findings(0, 0, true);

        assertThat(findings.results())
                .extracting(Result::name)
                .contains(
                        "swaps",
                        "calls",
                        "failed.calls",
                        "fallback.calls",
                        "lost.tasks",
                        "late.answers",
                        "p999.ratio.sidebyside",
                        "longest.wait.ms.inplace",
                        "classloaders.leaked",
                        "rate1000.sidebyside.calls",
                        "rate1000.inplace.failed.calls");
        assertThat(findings.violations()).isEmpty();
    }

    @Test
    void findings_nameEachFailure() {
        Findings findings = new SwapFindings(
                        levels(1_000_000, 3_000_000),
                        List.of(new Retired("sample", 7, 1, Way.UPDATE)),
                        200,
                        List.of("rolled back"))
                .findings(2, 1, true);

        assertThat(findings.violations())
                .containsExactlyInAnyOrder(
                        "rolled back",
                        "lost.tasks is 2.00, more than 0",
                        "late.answers is 1.00, more than 0",
                        "sample 1.0.0 (generation 7) answered a call that was begun 9999 ms after it was gone by UPDATE",
                        "p999.ratio.sidebyside is 3.00, more than 2",
                        "classloaders.leaked is 1.00, more than 0");
    }

    private static Map<String, Map<String, Phase>> levels(long baselineNanos, long swapNanos) {
        Tally baseline = new Tally();
        baseline.answered(baselineNanos, FIRST);
        Tally swaps = new Tally();
        swaps.answered(swapNanos, new Tally.Seen("sample", "1.0.1", 8, 1, 20_000));
        Map<String, Tally.Report> reports =
                Map.of(Level.BASELINE, baseline.report(), Level.SIDE_BY_SIDE, swaps.report());
        return Map.of("rate1000", Phase.merged(reports, new CallLoad.State(0, Map.of())));
    }
}
