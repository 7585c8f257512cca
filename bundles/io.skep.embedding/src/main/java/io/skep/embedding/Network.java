// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import java.nio.FloatBuffer;

/** One of the networks in the bundle. All read the same tokens, and have vectors of the same length. */
enum Network {
    /** all-MiniLM-L6-v2, six layers: the mean of its tokens' vectors is the text's. */
    MINILM("all-minilm-l6-v2-q") {
        @Override
        float[] vector(FloatBuffer tokens) {
            return Pooling.unitMean(tokens, DIMENSIONS);
        }
    },
    /**
     * bge-small-en-v1.5, twelve layers: the vector of its first token is the text's, less most of the middle of usual tasks.
     * By themselves all its vectors point to the same side: cosines of texts that have nothing to do with each other are
     * about a half, as no other model's are. The share was chosen with the development halves of docs/benchmarks.md.
     */
    BGE("bge-small-en-v1.5-q") {
        @Override
        float centring() {
            return 0.7f;
        }

        @Override
        float[] vector(FloatBuffer tokens) {
            return Pooling.unitFirst(tokens, DIMENSIONS);
        }
    };

    static final int DIMENSIONS = 384;

    private final String file;

    Network(String file) {
        this.file = file;
    }

    /** Its name, which that of its file begins with. */
    String file() {
        return file;
    }

    /** The share of the middle of usual tasks' vectors that is taken off each vector. */
    float centring() {
        return 0;
    }

    /** The vector of a text, of unit length, made of those of its tokens. */
    abstract float[] vector(FloatBuffer tokens);
}
