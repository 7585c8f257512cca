// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DeciderTest {
    private static final Targets TARGETS = ScalingSettings.DEFAULT.targets();
    private static final long NOW = 10_000_000;
    private static final Window.Seen STABLE = new Window.Seen(0, 0);

    private final Decider decider = new Decider(TARGETS);

    private static Bounds bounds(int min, int max) {
        return new Bounds(min, max, Integer.MAX_VALUE, 0, 0, 0, 0, null);
    }

    /** Agents of two slots that are all ready. */
    private static Figures figures(int agents, int busy, int depth, long oldestMillis, Double workMillis) {
        return new Figures(agents, agents, agents, 2, busy, depth, oldestMillis, 0, null, workMillis);
    }

    @Test
    void utilisation_isKeptAtItsTarget() {
        assertThat(decider.decide(figures(4, 8, 0, 0, null), bounds(1, 9), STABLE, NOW))
                .satisfies(verdict -> assertThat(verdict.to()).isEqualTo(6))
                .satisfies(verdict -> assertThat(verdict.rule()).isEqualTo("utilisation"));
        assertThat(decider.decide(figures(4, 6, 0, 0, null), bounds(1, 9), STABLE, NOW)
                        .to())
                .isEqualTo(4);
    }

    @Test
    void backlog_isWorkedOffWithinTheAgeThatIsAimedAt() {
        // 100 tasks of 1 s within 10 s are 10 slots.
        Verdict verdict = decider.decide(figures(3, 6, 100, 500, 1000.0), bounds(1, 50), STABLE, NOW);
        assertThat(verdict.to()).isEqualTo(5);
        assertThat(verdict.rule()).isEqualTo("backlog");
        assertThat(verdict.because()).contains("100 tasks wait").contains("10.0 s");
    }

    @Test
    void fewTasksThatTakeLong_getNoMoreSlotsThanThereAreTasks() {
        Verdict verdict = decider.decide(figures(1, 2, 3, 500, 3_600_000.0), bounds(1, 50), STABLE, NOW);
        assertThat(verdict.to()).isEqualTo(3);
    }

    @Test
    void ageThatIsTooHigh_addsAgents_onlyWhenAllAreReady() {
        assertThat(decider.decide(figures(4, 8, 50, 18_000, 100.0), bounds(1, 50), STABLE, NOW))
                .satisfies(verdict -> assertThat(verdict.to()).isEqualTo(8))
                .satisfies(verdict -> assertThat(verdict.rule()).isEqualTo("age"));
        Figures starting = new Figures(4, 2, 4, 2, 4, 50, 15_000, 0, null, null);
        assertThat(decider.decide(starting, bounds(1, 50), new Window.Seen(4, 0), NOW)
                        .to())
                .isEqualTo(4);
    }

    @Test
    void whileNobodyKnowsHowLongATaskTakes_thereAreTwiceAsMany_onceAllAreReady() {
        assertThat(decider.decide(figures(4, 8, 50, 100, null), bounds(1, 50), STABLE, NOW))
                .satisfies(verdict -> assertThat(verdict.to()).isEqualTo(8))
                .satisfies(verdict -> assertThat(verdict.rule()).isEqualTo("backlog"));
        Figures starting = new Figures(4, 2, 4, 2, 4, 50, 100, 0, null, null);
        assertThat(decider.decide(starting, bounds(1, 50), STABLE, NOW).to()).isEqualTo(4);
    }

    @Test
    void emptyGroup_getsAnAgent_whenATaskWaits() {
        assertThat(decider.decide(figures(0, 0, 1, 0, null), bounds(0, 5), STABLE, NOW)
                        .to())
                .isEqualTo(1);
        assertThat(decider.decide(figures(0, 0, 0, 0, null), bounds(0, 5), STABLE, NOW)
                        .to())
                .isZero();
    }

    @Test
    void fewer_onlyWhenTheyHaveBeenEnoughForAll_ofTheWindow() {
        Figures idle = figures(8, 1, 0, 0, null);
        assertThat(decider.decide(idle, bounds(1, 9), new Window.Seen(1, 5000), NOW)
                        .hindrances())
                .containsExactly("fewer must have been enough for 5000 ms more");
        assertThat(decider.decide(idle, bounds(1, 9), new Window.Seen(8, 0), NOW)
                        .hindrances())
                .containsExactly("within the last 300000 ms 8 were needed");
        assertThat(decider.decide(idle, bounds(1, 9), new Window.Seen(6, 0), NOW)
                        .to())
                .isEqualTo(6);
        assertThat(decider.decide(figures(20, 1, 0, 0, null), bounds(1, 30), new Window.Seen(19, 0), NOW)
                        .to())
                .isEqualTo(20);
        assertThat(decider.decide(figures(20, 1, 0, 0, null), bounds(19, 30), new Window.Seen(1, 0), NOW)
                        .to())
                .isEqualTo(19);
        Verdict half = decider.decide(idle, bounds(1, 9), new Window.Seen(1, 0), NOW);
        assertThat(half.to()).isEqualTo(4);
        assertThat(half.hindrances()).containsExactly("at once 4 are taken away at most");
    }

    @Test
    void failuresInARow_makePausesLonger() {
        Bounds failed = new Bounds(1, 50, Integer.MAX_VALUE, NOW - 6_000, 0, 0, 2, null);
        Figures full = figures(4, 8, 0, 0, null);
        assertThat(decider.decide(full, failed, STABLE, NOW).hindrances())
                .containsExactly("some were added 6000 ms ago, and the next come after 20000");
        Bounds once = new Bounds(1, 50, Integer.MAX_VALUE, NOW - 6_000, 0, 0, 0, null);
        assertThat(decider.decide(full, once, STABLE, NOW).to()).isEqualTo(6);
    }

    @Test
    void limitsThatChanged_holdAtOnce() {
        assertThat(decider.decide(figures(9, 18, 99, 0, null), bounds(1, 5), STABLE, NOW))
                .satisfies(verdict -> assertThat(verdict.to()).isEqualTo(5))
                .satisfies(verdict -> assertThat(verdict.because()).isEqualTo("there may be 5 at most"));
        Bounds dear = new Bounds(1, 9, 3, 0, 0, 0, 0, null);
        assertThat(decider.decide(figures(9, 18, 99, 0, null), dear, STABLE, NOW)
                        .because())
                .isEqualTo("there may be 3 at most, by the cost ceiling");
        assertThat(decider.decide(figures(0, 0, 0, 0, null), bounds(3, 5), STABLE, NOW)
                        .to())
                .isEqualTo(3);
    }

    @Test
    void whateverTheFigures_everyBoundHolds() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            int min = random.nextInt(5);
            int max = min + random.nextInt(40);
            int affordable = random.nextInt(50);
            int from = random.nextInt(50);
            Figures figures = new Figures(
                    from,
                    random.nextInt(from + 1),
                    from + random.nextInt(3),
                    1 + random.nextInt(5),
                    random.nextInt(100),
                    random.nextInt(3) * random.nextInt(1000),
                    random.nextInt(1_000_000),
                    random.nextDouble() * 100,
                    random.nextBoolean() ? null : random.nextDouble() * 1000,
                    random.nextBoolean() ? null : random.nextDouble() * 1_000_000);
            Bounds bounds = new Bounds(
                    min,
                    max,
                    affordable,
                    NOW - random.nextInt(400_000),
                    NOW - random.nextInt(100_000),
                    random.nextInt(40),
                    random.nextInt(3),
                    random.nextInt(10) == 0 ? "it is paused" : null);
            Window.Seen seen = new Window.Seen(random.nextInt(60), random.nextInt(2) * (long) random.nextInt(300_000));
            Verdict verdict = decider.decide(figures, bounds, seen, NOW);
            check(verdict, figures, bounds, seen);
        }
    }

    private static void check(Verdict verdict, Figures figures, Bounds bounds, Window.Seen seen) {
        int from = figures.wanted();
        String what = figures + " " + bounds + " " + seen + " " + verdict;
        assertThat(verdict.from()).as(what).isEqualTo(from);
        if (verdict.to() > from) {
            assertThat(verdict.to()).as(what).isLessThanOrEqualTo(Math.min(bounds.max(), bounds.affordable()));
            assertThat(verdict.to() - from)
                    .as(what)
                    .isLessThanOrEqualTo(Math.max(4, from))
                    .isLessThanOrEqualTo(30 - bounds.addedInMinute());
            assertThat(NOW - bounds.lastOutAt()).as(what).isGreaterThanOrEqualTo(5_000L << bounds.failures());
        } else if (verdict.to() < from) {
            assertThat(verdict.to()).as(what).isGreaterThanOrEqualTo(bounds.min());
            if (!verdict.rule().equals("limits")) {
                assertThat(seen.missingMillis()).as(what).isZero();
                assertThat(verdict.to())
                        .as(what)
                        .isGreaterThanOrEqualTo(Math.max(seen.largest(), from - Math.max(1, from / 2)));
            }
        }
        if (bounds.rests() != null) {
            assertThat(verdict.to()).as(what).isEqualTo(from);
        }
    }

    @Test
    void forecast_followsATrend_andForgetsItAfterAGap() {
        Holt holt = new Holt();
        for (int i = 0; i < 60; i++) {
            holt.add(i * 0.5, i * 1000L, 10_000);
        }
        // Half a task a second more each second: 29.5 now, and for a minute as if it went on for 26 s.
        assertThat(holt.expected(60_000)).isBetween(41.0, 44.0);
        assertThat(holt.expected(1_000)).isBetween(29.5, 30.5);
        Holt again = new Holt();
        again.become(holt.kept());
        assertThat(again.expected(60_000)).isEqualTo(holt.expected(60_000));
        again.add(3, 1_000_000, 10_000);
        assertThat(again.expected(60_000)).isNull();
    }

    @Test
    void workOfAnAttempt_isWhatLittlesLawSays() {
        Work work = new Work();
        for (int i = 0; i <= 100; i++) {
            // Four slots in use, two attempts begin a second: each takes two seconds.
            work.add(4, i == 0 ? 0 : 2, i * 1000L + 1, 10_000);
        }
        assertThat(work.millis()).isEqualTo(2000.0);
        work.add(0, 0, 10_000_000, 10_000);
        assertThat(work.millis()).as("what was known stays").isEqualTo(2000.0);
    }

    @Test
    void window_hasTheLargest_andBeginsAnewAfterAGap() {
        Window window = new Window(1000);
        assertThat(window.add(5, 0)).isEqualTo(new Window.Seen(5, 1000));
        assertThat(window.add(3, 600)).isEqualTo(new Window.Seen(5, 400));
        assertThat(window.add(1, 1500)).isEqualTo(new Window.Seen(3, 0));
        assertThat(window.add(2, 9000)).isEqualTo(new Window.Seen(2, 1000));
    }
}
