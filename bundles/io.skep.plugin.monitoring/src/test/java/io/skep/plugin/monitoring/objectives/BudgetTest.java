// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.skep.plugin.monitoring.figures.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final long MINUTE = 60_000;
    private static final Budget.Window FAST = Budget.WINDOWS.get(0);

    private final Budget budget = new Budget(0.999);

    /** So many a minute, of which one in so many is bad, for so many minutes. */
    private void run(int from, int to, int perMinute, int oneBadIn) {
        int n = 0;
        for (int minute = from; minute < to; minute++) {
            for (int i = 0; i < perMinute; i++) {
                budget.add(minute * MINUTE, ++n % oneBadIn != 0);
            }
        }
    }

    @Test
    void burnRate_isTheShareThatGoesWrong_againstWhatMay() {
        run(0, 60, 100, 1_000);
        assertThat(budget.burnRate(59 * MINUTE, 60)).isCloseTo(1, offset(0.01));
        run(60, 65, 100, 50);
        assertThat(budget.burnRate(64 * MINUTE, 5)).isCloseTo(20, offset(0.01));
    }

    @Test
    void fastBurn_isSeenWithinMinutes_andGoneMinutesAfterItIsOver() {
        run(0, 300, 100, 1_000_000);
        assertThat(budget.isBurning(299 * MINUTE, FAST)).isFalse();
        // Everything goes wrong: 2 % of a month's budget are gone after 0.864 min; the workbook says so for 99.9 %.
        run(300, 301, 100, 1);
        assertThat(budget.isBurning(300 * MINUTE, FAST)).isTrue();
        run(301, 306, 100, 1_000_000);
        assertThat(budget.burnRate(305 * MINUTE, 60)).as("the hour still burns").isGreaterThan(14.4);
        assertThat(budget.isBurning(305 * MINUTE, FAST)).as("but no longer now").isFalse();
    }

    @Test
    void burnRate_isComparedWithTheFactorOfTheWorkbook() {
        run(0, 60, 1_000, 70);
        assertThat(budget.burnRate(59 * MINUTE, 60)).isBetween(14.0, 14.4);
        assertThat(budget.isBurning(59 * MINUTE, FAST)).isFalse();
        Budget other = new Budget(0.999);
        for (int minute = 0; minute < 60; minute++) {
            for (int i = 1; i <= 1_000; i++) {
                other.add(minute * MINUTE, i % 66 != 0);
            }
        }
        assertThat(other.isBurning(59 * MINUTE, FAST))
                .as("1 in 66 is 15 times too many")
                .isTrue();
    }

    @Test
    void fewThatGoWrong_areNoRate() {
        run(0, 1, (int) Budget.LEAST - 1, 1);
        assertThat(budget.isBurning(MINUTE, FAST)).isFalse();
        run(0, 1, 1, 1);
        assertThat(budget.isBurning(MINUTE, FAST)).isTrue();
    }

    @Test
    void slowBurn_isATicket_afterDays() {
        for (int hour = 0; hour < 72; hour++) {
            run(hour * 60, hour * 60 + 1, 1_000, 500);
        }
        long now = 72 * 60 * MINUTE - 1;
        assertThat(budget.isBurning(now, Budget.WINDOWS.get(2))).isTrue();
        assertThat(budget.isBurning(now, Budget.WINDOWS.get(1))).isFalse();
        assertThat(budget.left(now)).isCloseTo(-1, offset(0.01));
    }

    @Test
    void whatIsKept_isTheSame_andWhatIsOldIsForgotten() {
        run(0, 10, 100, 10);
        Budget next = new Budget(0.999, budget.kept());
        assertThat(next.kept()).isEqualTo(budget.kept());
        assertThat(next.burnRate(9 * MINUTE, 60)).isEqualTo(budget.burnRate(9 * MINUTE, 60));
        next.add(800L * 60 * MINUTE, true);
        assertThat(next.kept().hours()).hasSize(1);
        assertThat(next.kept().minutes()).hasSize(1);
        assertThat(next.left(800L * 60 * MINUTE)).isEqualTo(1);
    }

    @Test
    void objectives_areReadFromText() {
        assertThat(Objective.parse(" start:99.5:60000  success:90 run:50:1 "))
                .extracting(Objective::kind)
                .containsExactly(Objective.Kind.START, Objective.Kind.SUCCESS, Objective.Kind.RUN);
        assertThat(Objective.parse("")).isEmpty();
        assertThatThrownBy(() -> Objective.parse("start:100:1")).hasMessageContaining("not start:100:1");
        assertThatThrownBy(() -> Objective.parse("success:0")).hasMessageContaining("more than 0");
        assertThatThrownBy(() -> Objective.parse("success:9 success:9")).hasMessageContaining("another one");
    }

    @Test
    void eachKind_countsForItsOwn_andFiguresSayHowTheyStand() {
        Objectives objectives =
                new Objectives(Objective.parse("start:99:1000 run:99:1000 success:99"), name -> Optional.empty());
        for (int i = 0; i < 40; i++) {
            objectives.took(Objective.Kind.START, 0, 1_001);
            objectives.took(Objective.Kind.RUN, 0, 1_000);
        }
        objectives.ended(0, true);
        List<Figure> figures = new ArrayList<>();
        objectives.figures(0, figures);
        assertThat(figures)
                .filteredOn(figure -> figure.name().equals("skep_objective_burning") && figure.value() > 0)
                .extracting(figure -> figure.labels().get("objective"))
                .containsOnly("start:99:1000");
        Objectives next = new Objectives(
                Objective.parse("start:99:1000"),
                name -> Optional.ofNullable(objectives.kept().get(name)));
        assertThat(next.kept().get("start:99:1000")).isEqualTo(objectives.kept().get("start:99:1000"));
    }
}
