// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import ai.onnxruntime.OrtException;
import io.skep.api.embedding.Embedder;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedder: tokenizer, model, cache. Each text is given to the model by itself, also those of a batch: the quantised
 * model scales its numbers over all that it is given at once, so that the vector of a text would depend on its neighbours
 * (docs/embedding.md has what was measured). Thread-safe, but for {@link #apply}, which one thread calls.
 */
final class SentenceEmbedder implements Embedder {
    private static final Logger LOG = LoggerFactory.getLogger(SentenceEmbedder.class);
    /** Below the five seconds for which DS waits for a component. */
    private static final Duration END = Duration.ofSeconds(3);

    private static final int WARM_UP = 32;

    private final OnnxLibrary library;
    private final WordPiece tokenizer;
    private final VectorCache cache;
    private volatile Settings settings;
    private volatile Model model;

    /** Opens the model and warms it up. */
    SentenceEmbedder(OnnxLibrary library, Settings settings) throws IOException, OrtException {
        this.library = library;
        this.settings = settings;
        this.cache = new VectorCache(settings.maxCached());
        try (InputStream json = SentenceEmbedder.class.getResourceAsStream("/" + Model.NAME + "-tokenizer.json")) {
            if (json == null) {
                throw new IOException("the bundle has no tokenizer");
            }
            this.tokenizer = new WordPiece(Vocabulary.of(json), Model.MAX_TOKENS);
        }
        this.model = library.model(settings);
        for (int i = 0; i < WARM_UP; i++) {
            compute("Warm up: find who can do the task number " + i + ", and say why it is this one.");
        }
    }

    @Override
    public String model() {
        return Model.NAME;
    }

    @Override
    public int dimensions() {
        return Model.DIMENSIONS;
    }

    @Override
    public Optional<float[]> cached(String text) {
        return Optional.ofNullable(cache.get(VectorCache.TextKey.of(text)));
    }

    @Override
    public float[] embed(String text) {
        VectorCache.TextKey key = VectorCache.TextKey.of(text);
        float[] known = cache.get(key);
        if (known != null) {
            return known;
        }
        float[] vector = compute(text);
        cache.put(key, vector);
        return vector;
    }

    @Override
    public List<float[]> embedAll(List<String> texts) {
        return texts.stream().map(this::embed).toList();
    }

    /** Asks the model, whatever is kept. */
    float[] compute(String text) {
        int[] tokens = tokenizer.tokens(text);
        while (true) {
            Model present = model;
            Optional<float[]> vector = present.embed(tokens, settings.maxWait());
            if (vector.isPresent()) {
                return vector.get();
            }
            if (present == model) {
                throw new IllegalStateException("the sentence embedder has gone");
            }
        }
    }

    /** Takes new settings over. Whoever is using the model that they replace goes on with it. */
    void apply(Settings now) throws IOException, OrtException {
        Model before = model;
        if (!now.hasModelOf(settings)) {
            model = library.model(now);
            if (!before.close(END)) {
                LOG.warn("the model of the last settings is freed when its last text has ended");
            }
        }
        settings = now;
        cache.limit(now.maxCached());
    }

    /** Takes no more texts, and lets what is under way end. Whether it did, and all is freed. */
    boolean close() {
        cache.limit(0);
        return model.close(END);
    }
}
