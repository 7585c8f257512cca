// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import java.nio.FloatBuffer;
import java.util.List;

/** Makes one vector of several. */
final class Pooling {
    private Pooling() {}

    /** The mean of the tokens' vectors, of unit length; all zeros if there is none. */
    static float[] unitMean(FloatBuffer tokens, int dimensions) {
        float[] sum = new float[dimensions];
        float[] token = new float[dimensions];
        while (tokens.hasRemaining()) {
            tokens.get(token);
            for (int i = 0; i < dimensions; i++) {
                sum[i] += token[i];
            }
        }
        // The length of the sum is that of the mean times the number of tokens: the number drops out.
        return unit(sum);
    }

    /** The vector of the first token, of unit length. */
    static float[] unitFirst(FloatBuffer tokens, int dimensions) {
        float[] first = new float[dimensions];
        tokens.get(first);
        return unit(first);
    }

    /** The mean of vectors. */
    static float[] middle(List<float[]> vectors) {
        float[] middle = new float[vectors.get(0).length];
        for (float[] vector : vectors) {
            for (int i = 0; i < middle.length; i++) {
                middle[i] += vector[i] / vectors.size();
            }
        }
        return middle;
    }

    /** The direction of a vector less this share of a middle, of unit length. */
    static float[] unitLess(float[] middle, float share, float[] vector) {
        float[] direction = vector.clone();
        for (int i = 0; i < direction.length; i++) {
            direction[i] -= share * middle[i];
        }
        return unit(direction);
    }

    /** Vectors of unit length one after the other, of unit length together. */
    static float[] unitJoined(List<float[]> vectors) {
        if (vectors.size() == 1) {
            return vectors.get(0);
        }
        float[] joined =
                new float[vectors.stream().mapToInt(vector -> vector.length).sum()];
        int at = 0;
        for (float[] vector : vectors) {
            System.arraycopy(vector, 0, joined, at, vector.length);
            at += vector.length;
        }
        return unit(joined);
    }

    private static float[] unit(float[] vector) {
        double squares = 0;
        for (float x : vector) {
            squares += (double) x * x;
        }
        float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= scale;
        }
        return vector;
    }
}
