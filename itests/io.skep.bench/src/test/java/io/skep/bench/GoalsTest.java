// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GoalsTest {
    @Test
    void missedGoals_areViolations_andEveryFigureIsAResult() {
        Goals goals = new Goals(true);
        goals.report(Result.count("a", 7));
        goals.atMost(2, Result.of("b", 2, ""));
        goals.atMost(2, Result.of("c", 2.5, ""));
        goals.atLeast(10, Result.of("d", 10, ""));
        goals.atLeast(10, Result.of("e", 9, ""));
        goals.none(Result.count("f", 0));
        goals.none(Result.count("g", 1));
        goals.violated("something was wrong");
        Findings findings = goals.findings("synced");
        assertThat(findings.results()).extracting(Result::name).containsExactly("a", "b", "c", "d", "e", "f", "g");
        assertThat(findings.violations())
                .containsExactly(
                        "c is 2.50, more than 2",
                        "e is 9.00, less than 10",
                        "g is 1.00, more than 0",
                        "something was wrong");
    }

    @Test
    void figureThatIsNoNumber_missesItsGoal() {
        Goals goals = new Goals(true);
        goals.atMost(2, Result.of("a", Double.NaN, ""));
        assertThat(goals.findings("").violations()).hasSize(1);
    }

    @Test
    void smoke_judgesNoTimes_butWhatMustNeverBe() {
        Goals goals = new Goals(false);
        goals.atMost(2, Result.of("a", 3, ""));
        goals.atLeast(2, Result.of("b", 1, ""));
        goals.none(Result.count("lost", 1));
        assertThat(goals.findings("").violations()).containsExactly("lost is 1.00, more than 0");
    }
}
