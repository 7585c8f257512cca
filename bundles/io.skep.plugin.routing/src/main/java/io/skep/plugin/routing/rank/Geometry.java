// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import org.jspecify.annotations.Nullable;

/**
 * The shape of tasks: how those that one agent succeeds in differ from each other, how all differ, and so how likely a task
 * belongs to an agent (linear discriminant analysis with a covariance that all share, shrunk towards a sphere as Ledoit and
 * Wolf, 2004) and to any agent at all (relative Mahalanobis distance, Ren et al., 2021). Not thread-safe, but what
 * {@link #invert} is given and makes can cross threads.
 */
final class Geometry {
    private static final int LEAST = 50;
    private static final double LEAST_SHRINKAGE = 0.4;
    private static final double SHRINKAGE_COUNT = 800;
    /** Before there is evidence, the inverse variance of a unit vector's dimension, softly. */
    private static final float UNKNOWN = 12;

    private final int dimensions;
    private final float[] within;
    private final float[] total;
    private final float[] sum;
    private double withinCount;
    private double totalCount;
    private Inverses inverses;

    /**
     * What is inverted now and then.
     *
     * @param within inverse covariance of one agent's tasks around their middle
     * @param total inverse covariance of all tasks, or null before there is enough
     * @param middle of all tasks
     */
    record Inverses(float[][] within, float @Nullable [][] total, float[] middle) {
        /** The product of the first one and a vector. */
        float[] shaped(float[] vector) {
            if (total != null) {
                return Matrix.times(within, vector);
            }
            // Until something is known it is a sphere.
            float[] scaled = new float[vector.length];
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] = UNKNOWN * vector[i];
            }
            return scaled;
        }

        /** The squared distance from the middle of all tasks in the shape of all; 0 before there is enough. */
        double background(float[] vector) {
            if (total == null) {
                return 0;
            }
            float[] around = new float[vector.length];
            for (int i = 0; i < around.length; i++) {
                around[i] = vector[i] - middle[i];
            }
            return Matrix.dot(Matrix.times(total, around), around);
        }
    }

    /** What the inverses are made from. */
    record Moments(float[] within, double withinCount, float[] total, double totalCount, float[] sum) {}

    Geometry(int dimensions) {
        this.dimensions = dimensions;
        this.within = new float[dimensions * dimensions];
        this.total = new float[dimensions * dimensions];
        this.sum = new float[dimensions];
        float[][] sphere = new float[dimensions][dimensions];
        for (int i = 0; i < dimensions; i++) {
            sphere[i][i] = UNKNOWN;
        }
        this.inverses = new Inverses(sphere, null, new float[dimensions]);
    }

    /** A task was seen. */
    void saw(float[] vector) {
        Matrix.addOuter(total, vector, 1);
        totalCount++;
        for (int i = 0; i < dimensions; i++) {
            sum[i] += vector[i];
        }
    }

    /** A task was done well by an agent that had done {@code count} before, with that sum. */
    void succeeded(float[] vector, float @Nullable [] sumBefore, double count) {
        if (count < 1 || sumBefore == null) {
            return;
        }
        float[] difference = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            difference[i] = vector[i] - (float) (sumBefore[i] / count);
        }
        Matrix.addOuter(within, difference, (float) (count / (count + 1)));
        withinCount++;
    }

    /** How often something was seen; to know when it is time to invert again. */
    double count() {
        return totalCount;
    }

    boolean isKnown() {
        return inverses.total() != null;
    }

    Inverses inverses() {
        return inverses;
    }

    void become(Inverses others) {
        inverses = others;
    }

    /** A copy of what is inverted, or null while it is too little. */
    @Nullable
    Moments moments() {
        return withinCount < LEAST
                ? null
                : new Moments(within.clone(), withinCount, total.clone(), totalCount, sum.clone());
    }

    /** Takes a few hundredths of a second. */
    static Inverses invert(Moments of) {
        int n = of.sum().length;
        float[] middle = new float[n];
        for (int i = 0; i < n; i++) {
            middle[i] = (float) (of.sum()[i] / of.totalCount());
        }
        float[] around = of.total().clone();
        Matrix.addOuter(around, middle, (float) -of.totalCount());
        return new Inverses(inverse(of.within(), of.withinCount(), n), inverse(around, of.totalCount(), n), middle);
    }

    private static float[][] inverse(float[] scatter, double count, int n) {
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += scatter[i * n + i] / count;
        }
        double shrinkage = Math.max(LEAST_SHRINKAGE, SHRINKAGE_COUNT / (SHRINKAGE_COUNT + count));
        double[] covariance = new double[n * n];
        for (int i = 0; i < covariance.length; i++) {
            covariance[i] = (1 - shrinkage) * scatter[i] / count;
        }
        for (int i = 0; i < n; i++) {
            covariance[i * n + i] += shrinkage * Math.max(trace / n, 1e-6);
        }
        return Matrix.rows(Matrix.inverse(covariance, n), n);
    }
}
