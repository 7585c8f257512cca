// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.routing;

import io.skep.api.embedding.Embedder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Computes each text of the sets once, however many protocols ask for it; there are as many as the sets have. For one thread. */
final class Remembering implements Embedder {
    private final Embedder of;
    private final Map<String, float[]> vectors = new HashMap<>();

    Remembering(Embedder of) {
        this.of = of;
    }

    @Override
    public String model() {
        return of.model();
    }

    @Override
    public int dimensions() {
        return of.dimensions();
    }

    @Override
    public Optional<float[]> cached(String text) {
        return Optional.ofNullable(vectors.get(text));
    }

    @Override
    public float[] embed(String text) {
        return vectors.computeIfAbsent(text, of::embed);
    }

    @Override
    public List<float[]> embedAll(List<String> texts) {
        return texts.stream().map(this::embed).toList();
    }
}
