// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/** An embedder that is used from outside its class loader, by types that both sides know. */
public final class OwnEmbedder implements Function<String, float[]>, AutoCloseable {
    private final OnnxLibrary library;
    private final SentenceEmbedder embedder;

    /** Loads everything. */
    public OwnEmbedder(Path base) throws IOException, OrtException {
        library = OnnxLibrary.load(base, Platform.of(System.getProperty("os.name"), System.getProperty("os.arch")));
        embedder = new SentenceEmbedder(library, Settings.DEFAULT);
    }

    @Override
    public float[] apply(String text) {
        return embedder.embed(text);
    }

    @Override
    public void close() {
        embedder.close();
        library.close();
    }
}
