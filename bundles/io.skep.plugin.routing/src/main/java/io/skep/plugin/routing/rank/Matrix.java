// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.Arrays;
import java.util.List;

/** A symmetrical matrix as one array of rows, or as an array for each row, and what is needed of it. */
final class Matrix {
    private Matrix() {}

    /**
     * The sum of rows, each times its value of a vector: the product, if the matrix is symmetrical. Four rows at a time, each
     * an array of its own: of that the compiler makes the fastest SIMD, four times as fast as of parts of one array.
     */
    static float[] times(float[][] rows, float[] vector) {
        float[] sums = new float[rows.length == 0 ? 0 : rows[0].length];
        int row = 0;
        for (; row + 4 <= rows.length; row += 4) {
            addFour(sums, rows, vector, row);
        }
        for (; row < rows.length; row++) {
            add(sums, rows[row], vector[row]);
        }
        return sums;
    }

    /** One array as rows. */
    static float[][] rows(float[] matrix, int n) {
        float[][] rows = new float[n][];
        for (int row = 0; row < n; row++) {
            rows[row] = Arrays.copyOfRange(matrix, row * n, (row + 1) * n);
        }
        return rows;
    }

    private static void add(float[] sums, float[] values, float factor) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += factor * values[i];
        }
    }

    private static void addFour(float[] sums, float[][] rows, float[] vector, int row) {
        addFour(sums, rows[row], rows[row + 1], rows[row + 2], rows[row + 3], new float[] {
            vector[row], vector[row + 1], vector[row + 2], vector[row + 3]
        });
    }

    private static void addFour(float[] sums, float[] one, float[] two, float[] three, float[] four, float[] factors) {
        float a = factors[0];
        float b = factors[1];
        float c = factors[2];
        float d = factors[3];
        for (int i = 0; i < sums.length; i++) {
            sums[i] += a * one[i] + b * two[i] + c * three[i] + d * four[i];
        }
    }

    /** Adds the outer product of a vector with itself, times a weight. */
    static void addOuter(float[] matrix, float[] vector, float weight) {
        int n = vector.length;
        for (int row = 0; row < n; row++) {
            float factor = weight * vector[row];
            for (int i = 0; i < n; i++) {
                matrix[row * n + i] += factor * vector[i];
            }
        }
    }

    /** The inverse of a positive definite matrix, by elimination in place. */
    static float[] inverse(double[] matrix, int n) {
        for (int pivot = 0; pivot < n; pivot++) {
            double inverse = 1 / matrix[pivot * n + pivot];
            matrix[pivot * n + pivot] = 1;
            scale(matrix, pivot * n, n, inverse);
            for (int row = 0; row < n; row++) {
                double factor = matrix[row * n + pivot];
                if (row != pivot && factor != 0) {
                    matrix[row * n + pivot] = 0;
                    subtract(matrix, row * n, pivot * n, n, factor);
                }
            }
        }
        float[] result = new float[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            result[i] = (float) matrix[i];
        }
        return result;
    }

    private static void scale(double[] values, int at, int n, double factor) {
        for (int i = at; i < at + n; i++) {
            values[i] *= factor;
        }
    }

    private static void subtract(double[] values, int at, int from, int n, double factor) {
        for (int i = 0; i < n; i++) {
            values[at + i] -= factor * values[from + i];
        }
    }

    /** The direction of the sum of vectors; there is at least one. */
    static float[] middle(List<float[]> vectors) {
        float[] sum = new float[vectors.get(0).length];
        for (float[] vector : vectors) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += vector[i];
            }
        }
        float length = (float) Math.sqrt(Math.max(1e-12, dot(sum, sum)));
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= length;
        }
        return sum;
    }

    static float dot(float[] a, float[] b) {
        float even = 0;
        float odd = 0;
        for (int i = 0; i + 1 < a.length; i += 2) {
            even += a[i] * b[i];
            odd += a[i + 1] * b[i + 1];
        }
        return even + odd + ((a.length & 1) == 1 ? a[a.length - 1] * b[a.length - 1] : 0);
    }
}
