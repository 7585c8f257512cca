// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnomalyTest {
    private static final double OUTLIER = 3.5;

    /** A series of 2,000 values with labels: what is normal, and how large what is not. */
    private record Labelled(double[] values, boolean[] strange) {
        /** A daily wave in 1,000 values with noise; one in 100 values is a spike or a gap of at least six deviations. */
        static Labelled of(long seed, double noise) {
            Random random = new Random(seed);
            double[] values = new double[2_000];
            boolean[] strange = new boolean[values.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = 100 + 30 * Math.sin(i * 2 * Math.PI / 1_000) + noise * random.nextGaussian();
                strange[i] = i > 100 && random.nextInt(100) == 0;
                if (strange[i]) {
                    double size = noise * (8 + 6 * random.nextDouble()) + 10;
                    values[i] += random.nextBoolean() ? size : -size;
                }
            }
            return new Labelled(values, strange);
        }
    }

    @Test
    void labelledSeries_areJudgedWithStatedPrecisionAndRecall() {
        int hits = 0;
        int falseAlarms = 0;
        int misses = 0;
        for (long seed = 1; seed <= 20; seed++) {
            Labelled series = Labelled.of(seed, (double) (1 + seed % 5));
            Anomaly anomaly = new Anomaly(0.05);
            for (int i = 0; i < series.values().length; i++) {
                boolean said = anomaly.next(series.values()[i]) > OUTLIER;
                hits += said && series.strange()[i] ? 1 : 0;
                falseAlarms += said && !series.strange()[i] ? 1 : 0;
                misses += !said && series.strange()[i] ? 1 : 0;
            }
        }
        double precision = (double) hits / (hits + falseAlarms);
        double recall = (double) hits / (hits + misses);
        assertThat(hits + misses).isGreaterThan(300);
        assertThat(precision).as("0.997 when it was written").isGreaterThan(0.95);
        assertThat(recall).as("0.814 when it was written").isGreaterThan(0.8);
    }

    @Test
    void seriesThatDoesNotMove_criesNoWolf_butAJumpIsSeen() {
        Anomaly anomaly = new Anomaly(0.05);
        for (int i = 0; i < 100; i++) {
            assertThat(anomaly.next(10 + 0.01 * (i % 2))).isLessThan(OUTLIER);
        }
        assertThat(anomaly.next(20)).isGreaterThan(OUTLIER);
        assertThat(anomaly.next(10)).as("one outlier does not move it").isLessThan(OUTLIER);
    }

    @Test
    void newLevel_isStrangeAtFirst_andNormalLater() {
        Anomaly anomaly = new Anomaly(0.05);
        for (int i = 0; i < 60; i++) {
            anomaly.next(10);
        }
        assertThat(anomaly.next(30)).isGreaterThan(OUTLIER);
        for (int i = 0; i < 60; i++) {
            anomaly.next(30);
        }
        assertThat(anomaly.next(30)).isZero();
    }

    @Test
    void nothingIsSaid_beforeEnoughIsKnown() {
        Anomaly anomaly = new Anomaly(0.05);
        for (int i = 0; i < Anomaly.LEAST; i++) {
            assertThat(anomaly.next(i * i)).isZero();
        }
    }

    @Test
    void nextVersion_goesOnFromWhatIsKept() {
        Anomalies anomalies = new Anomalies(Anomalies.Kept.NONE);
        Meaning queued = Meaning.gauge("queues", "skep_queued_tasks", "tasks", "Queued.");
        for (int i = 0; i < 40; i++) {
            List<Figure> figures = new ArrayList<>(List.of(Figure.now(queued, 10.0)));
            anomalies.figures(i * 10_000L, figures);
        }
        Anomalies next = new Anomalies(anomalies.kept());
        List<Figure> figures = new ArrayList<>(List.of(Figure.now(queued, 500.0)));
        next.figures(0, figures);
        assertThat(new Board(java.time.Instant.EPOCH, figures).named("skep_anomaly_score", Map.of("series", "queued")))
                .first()
                .extracting(Figure::value)
                .satisfies(score -> assertThat((double) score).isGreaterThan(OUTLIER));
    }
}
