// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.routing;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import io.skep.api.embedding.Embedder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The model that the product ships (all-MiniLM-L6-v2, quantised), in this process. Every vector is kept for the run, and
 * of a long text 2,000 characters are read. For one thread.
 */
final class SentenceVectors implements Embedder {
    private static final int MAX_CHARS = 2000;

    private final EmbeddingModel model = new AllMiniLmL6V2QuantizedEmbeddingModel();
    private final Map<String, float[]> kept = new HashMap<>();

    @Override
    public String model() {
        return "all-minilm-l6-v2-q";
    }

    @Override
    public int dimensions() {
        return model.dimension();
    }

    @Override
    public Optional<float[]> cached(String text) {
        return Optional.ofNullable(kept.get(text));
    }

    @Override
    public float[] embed(String text) {
        return kept.computeIfAbsent(text, this::compute);
    }

    @Override
    public List<float[]> embedAll(List<String> texts) {
        return texts.stream().map(this::embed).toList();
    }

    /** The vector of a text, whether it is kept or not. */
    float[] compute(String text) {
        String read = text.substring(0, Math.min(text.length(), MAX_CHARS));
        float[] vector = model.embed(read.isBlank() ? "." : read).content().vector();
        double length = 0;
        for (float value : vector) {
            length += value * value;
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= (float) Math.sqrt(length);
        }
        return vector;
    }
}
