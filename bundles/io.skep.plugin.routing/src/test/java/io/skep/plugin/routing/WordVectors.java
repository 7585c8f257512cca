// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.api.embedding.Embedder;
import io.skep.plugin.routing.rank.Words;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** An embedder for tests: the sum of a fixed vector for each stem, so that texts that share words are close. */
final class WordVectors implements Embedder {
    static final int DIMENSIONS = 384;
    private final String model;

    WordVectors() {
        this("words");
    }

    WordVectors(String model) {
        this.model = model;
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public int dimensions() {
        return DIMENSIONS;
    }

    @Override
    public Optional<float[]> cached(String text) {
        return Optional.of(embed(text));
    }

    @Override
    public float[] embed(String text) {
        float[] sum = new float[DIMENSIONS];
        sum[0] = 1e-3f;
        for (String word : Words.of(text)) {
            SplittableRandom random = new SplittableRandom(word.hashCode() * 31L + model.hashCode());
            for (int i = 0; i < DIMENSIONS; i++) {
                sum[i] += (float) (random.nextDouble() - 0.5);
            }
        }
        double length = 0;
        for (float value : sum) {
            length += value * value;
        }
        for (int i = 0; i < DIMENSIONS; i++) {
            sum[i] /= (float) Math.sqrt(length);
        }
        return sum;
    }

    @Override
    public List<float[]> embedAll(List<String> texts) {
        return texts.stream().map(this::embed).toList();
    }
}
