// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import ai.onnxruntime.OrtException;
import io.skep.api.embedding.Embedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The bundle's embedder without a container, for benchmarks and tests. Thread-safe. */
public final class LocalEmbedder implements Embedder, AutoCloseable {
    private final OnnxLibrary library;
    private final SentenceEmbedder embedder;

    private LocalEmbedder(OnnxLibrary library, SentenceEmbedder embedder) {
        this.library = library;
        this.embedder = embedder;
    }

    /**
     * Opens the model that the bundle has by default.
     *
     * @param directory for the files that it needs
     * @throws IOException if it cannot be opened on this machine
     */
    public static LocalEmbedder open(Path directory) throws IOException {
        return open(directory, Settings.MODEL);
    }

    /**
     * Opens a model, with the default settings else.
     *
     * @param directory for the files that it needs
     * @param model as the configuration of the bundle says it
     * @throws IOException if it cannot be opened on this machine
     * @throws IllegalArgumentException if there is no such model
     */
    public static LocalEmbedder open(Path directory, String model) throws IOException {
        Choice choice = Choice.of(model)
                .orElseThrow(() -> new IllegalArgumentException("model must be one of " + Choice.all()));
        OnnxLibrary library =
                OnnxLibrary.load(directory, Platform.of(System.getProperty("os.name"), System.getProperty("os.arch")));
        try {
            return new LocalEmbedder(library, new SentenceEmbedder(library, Settings.DEFAULT.with(choice)));
        } catch (OrtException e) {
            library.close();
            throw new IOException("the model cannot be opened: " + e.getMessage(), e);
        }
    }

    @Override
    public String model() {
        return embedder.model();
    }

    @Override
    public int dimensions() {
        return embedder.dimensions();
    }

    @Override
    public Optional<float[]> cached(String text) {
        return embedder.cached(text);
    }

    @Override
    public float[] embed(String text) {
        return embedder.embed(text);
    }

    /** The vector of a text, computed anew whether it is at hand or not. */
    public float[] compute(String text) {
        return embedder.compute(text);
    }

    @Override
    public List<float[]> embedAll(List<String> texts) {
        return embedder.embedAll(texts);
    }

    @Override
    public void close() {
        if (embedder.close()) {
            library.close();
        }
    }
}
