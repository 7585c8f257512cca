// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import java.nio.FloatBuffer;

/** Makes one vector of those of the tokens. */
final class Pooling {
    private Pooling() {}

    /** Their mean, of unit length; all zeros if there is none. */
    static float[] unitMean(FloatBuffer tokens, int dimensions) {
        float[] sum = new float[dimensions];
        float[] token = new float[dimensions];
        while (tokens.hasRemaining()) {
            tokens.get(token);
            for (int i = 0; i < dimensions; i++) {
                sum[i] += token[i];
            }
        }
        double squares = 0;
        for (float x : sum) {
            squares += (double) x * x;
        }
        // The length of the sum is that of the mean times the number of tokens: the number drops out.
        float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < dimensions; i++) {
            sum[i] *= scale;
        }
        return sum;
    }
}
