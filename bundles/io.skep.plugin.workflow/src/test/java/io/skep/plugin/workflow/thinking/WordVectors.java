// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import io.skep.api.embedding.Embedder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** An embedder for tests: the sum of a vector for each word, where words that mean the same have the same vector. */
final class WordVectors implements Embedder {
    private static final int DIMENSIONS = 256;
    private final Map<String, String> synonyms;
    volatile boolean gone;

    WordVectors(Map<String, String> synonyms) {
        this.synonyms = synonyms;
    }

    @Override
    public String model() {
        return "words";
    }

    @Override
    public int dimensions() {
        return DIMENSIONS;
    }

    @Override
    public Optional<float[]> cached(String text) {
        return Optional.empty();
    }

    @Override
    public float[] embed(String text) {
        if (gone) {
            throw new IllegalStateException("gone");
        }
        float[] sum = new float[DIMENSIONS];
        sum[0] = 1e-3f;
        for (String term : Terms.of(text)) {
            SplittableRandom random =
                    new SplittableRandom(synonyms.getOrDefault(term, term).hashCode() * 31L);
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
