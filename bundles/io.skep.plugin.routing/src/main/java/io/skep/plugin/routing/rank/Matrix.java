// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.List;

/** A symmetrical matrix as one array of rows, and what is needed of it. */
final class Matrix {
    private Matrix() {}

    /** The product with a vector. */
    static float[] times(float[] matrix, float[] vector) {
        int n = vector.length;
        float[] product = new float[n];
        int row = 0;
        for (; row + 4 <= n; row += 4) {
            addFour(product, matrix, row * n, vector, row);
        }
        for (; row < n; row++) {
            add(product, matrix, row * n, vector[row], 0);
        }
        return product;
    }

    /** A vector times the matrix times the vector, from the upper half of the matrix. */
    static double form(float[] matrix, float[] vector) {
        int n = vector.length;
        float[] product = new float[n];
        double diagonal = 0;
        for (int row = 0; row < n; row++) {
            add(product, matrix, row * n, vector[row], row + 1);
            diagonal += matrix[row * n + row] * vector[row] * vector[row];
        }
        return diagonal + 2.0 * dot(product, vector);
    }

    private static void add(float[] sums, float[] matrix, int at, float factor, int from) {
        for (int i = from; i < sums.length; i++) {
            sums[i] += factor * matrix[at + i];
        }
    }

    /** Four rows at a time, so that sums are read and written a fourth as often. */
    private static void addFour(float[] sums, float[] matrix, int at, float[] vector, int row) {
        int n = sums.length;
        float a = vector[row];
        float b = vector[row + 1];
        float c = vector[row + 2];
        float d = vector[row + 3];
        for (int i = 0; i < n; i++) {
            sums[i] += a * matrix[at + i]
                    + b * matrix[at + n + i]
                    + c * matrix[at + 2 * n + i]
                    + d * matrix[at + 3 * n + i];
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
