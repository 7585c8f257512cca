// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import ai.onnxruntime.OrtException;
import io.skep.api.embedding.Embedder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedder: tokenizer, model, cache. Its vectors are of the same networks as long as it is there. Each text is given to
 * the model by itself, also those of a batch: the quantised model scales its numbers over all that it is given at once, so
 * that the vector of a text would depend on its neighbours (docs/embedding.md has what was measured). Thread-safe, but for
 * {@link #apply}, which one thread calls.
 */
final class SentenceEmbedder implements Embedder {
    private static final Logger LOG = LoggerFactory.getLogger(SentenceEmbedder.class);
    /** Below the five seconds for which DS waits for a component. */
    private static final Duration END = Duration.ofSeconds(3);

    /** Sentences of our own, a line each. */
    private static final String USUAL = "usual-tasks.txt";

    private final OnnxLibrary library;
    private final Choice choice;
    private final WordPiece tokenizer;
    private final List<int[]> usual;
    private final VectorCache cache;
    private volatile Settings settings;
    private volatile Model model;

    /** Opens the model. */
    SentenceEmbedder(OnnxLibrary library, Settings settings) throws IOException, OrtException {
        this.library = library;
        this.choice = settings.model();
        this.settings = settings;
        this.cache = new VectorCache(settings.maxCached());
        try (InputStream json = resource(Vocabulary.FILE);
                InputStream tasks = resource(USUAL)) {
            this.tokenizer = new WordPiece(Vocabulary.of(json), Model.MAX_TOKENS);
            this.usual = new String(tasks.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(tokenizer::tokens)
                    .toList();
        }
        this.model = library.model(settings, usual);
    }

    private static InputStream resource(String name) throws IOException {
        InputStream resource = SentenceEmbedder.class.getResourceAsStream(name);
        if (resource == null) {
            throw new IOException("the bundle has no " + name);
        }
        return resource;
    }

    @Override
    public String model() {
        return choice.model();
    }

    @Override
    public int dimensions() {
        return choice.dimensions();
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

    /** Whether these settings are of the same networks, so that {@link #apply} can take them over. */
    boolean isOf(Settings other) {
        return choice == other.model();
    }

    /** Takes new settings over. Whoever is using the model that they replace goes on with it. */
    void apply(Settings now) throws IOException, OrtException {
        Model before = model;
        if (!now.hasModelOf(settings)) {
            model = library.model(now, usual);
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
