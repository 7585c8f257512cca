// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.Arrays;

/**
 * Weights of the features, learned from outcomes by Bayesian logistic regression: each outcome moves weights and
 * covariance by one rank-one step (an extended Kalman filter; compare Chapelle and Li, NeurIPS 2011, and LinUCB, Li et al.,
 * WWW 2010, for what the covariance is good for). They start from the prior, and forgetting pulls them back to it slowly:
 * where there is little evidence the prior decides. Not thread-safe.
 */
final class Learner {
    private static final int N = Feature.COUNT;
    /** What the prior weighs, in outcomes. */
    private static final double PRECISION = 10;
    /** How far the truth may be from a large weight of the prior, as a share of it, one standard deviation. */
    private static final double DOUBT = 0.5;

    private static final double LEAST_VARIANCE = 0.02;

    private final double[] weights = new double[N];
    private final double[] prior = new double[N];
    private final double[][] covariance = new double[N][N];
    private final double forgetting;
    private long outcomes;

    Learner(int halfLife) {
        this.forgetting = Math.pow(0.5, 1.0 / halfLife);
        for (Feature feature : Feature.values()) {
            prior[feature.place()] = feature.prior();
        }
        reset();
    }

    void reset() {
        System.arraycopy(prior, 0, weights, 0, N);
        for (int i = 0; i < N; i++) {
            Arrays.fill(covariance[i], 0);
            covariance[i][i] = variance(i);
        }
        outcomes = 0;
    }

    private double variance(int i) {
        double share = DOUBT * prior[i];
        return Math.max(1 / PRECISION, share * share);
    }

    double score(float[] features) {
        double sum = 0;
        for (int i = 0; i < N; i++) {
            sum += weights[i] * features[i];
        }
        return sum;
    }

    /** How uncertain the score is, one standard deviation. */
    double deviation(float[] features) {
        double sum = 0;
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                sum += covariance[i][j] * features[i] * features[j];
            }
        }
        return Math.sqrt(Math.max(0, sum));
    }

    void learn(float[] features, double outcome) {
        forget();
        double probability = probability(score(features));
        double[] gain = new double[N];
        double spread = 0;
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                gain[i] += covariance[i][j] * features[j];
            }
            spread += features[i] * gain[i];
        }
        double variance = Math.max(probability * (1 - probability), LEAST_VARIANCE);
        double factor = variance / (1 + variance * spread);
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                covariance[i][j] -= gain[i] * gain[j] * factor;
            }
        }
        for (int i = 0; i < N; i++) {
            weights[i] += gain[i] * (outcome - probability) / (1 + variance * spread);
        }
        outcomes++;
    }

    /** Old evidence fades: the covariance grows back towards the prior's, and weights with it. */
    private void forget() {
        double fade = 1 - forgetting;
        for (int i = 0; i < N; i++) {
            weights[i] += fade * (prior[i] - weights[i]);
            for (int j = 0; j < N; j++) {
                double target = i == j ? variance(i) : 0;
                covariance[i][j] += fade * (target - covariance[i][j]);
            }
        }
    }

    double weight(Feature feature) {
        return weights[feature.place()];
    }

    double[] weights() {
        return weights.clone();
    }

    double[][] covariance() {
        return Arrays.stream(covariance).map(double[]::clone).toArray(double[][]::new);
    }

    long outcomes() {
        return outcomes;
    }

    /** Takes over what another one learned. */
    void restore(double[] otherWeights, double[][] otherCovariance, long otherOutcomes) {
        System.arraycopy(otherWeights, 0, weights, 0, N);
        for (int i = 0; i < N; i++) {
            System.arraycopy(otherCovariance[i], 0, covariance[i], 0, N);
        }
        outcomes = otherOutcomes;
    }

    static double probability(double score) {
        return 1 / (1 + Math.exp(-Math.max(-30, Math.min(30, score))));
    }
}
