// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

/** A symmetrical matrix as one array of rows, and what is needed of it. */
final class Matrix {
    private Matrix() {}

    /** The product with a vector. */
    static float[] times(float[] matrix, float[] vector) {
        int n = vector.length;
        float[] product = new float[n];
        for (int row = 0; row < n; row++) {
            float factor = vector[row];
            for (int i = 0; i < n; i++) {
                product[i] += factor * matrix[row * n + i];
            }
        }
        return product;
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
