// SPDX-License-Identifier: Apache-2.0

/**
 * Sentence embeddings as a service: all-minilm-l6-v2, quantised, on ONNX Runtime, both within the bundle.
 *
 * <p>{@link io.skep.embedding.EmbeddingComponent} reads the configuration, PID {@code io.skep.embedding}. {@link
 * io.skep.embedding.Lifecycle} loads everything on a thread of its own, which ends then, and publishes {@link
 * io.skep.embedding.SentenceEmbedder}: {@link io.skep.embedding.WordPiece} cuts a text into tokens, {@link
 * io.skep.embedding.Model} makes a vector of them on the caller's thread, {@link io.skep.embedding.VectorCache} keeps the
 * last ones. {@link io.skep.embedding.OnnxLibrary} is how a native library can be loaded once more by the next version. A
 * user's page: docs/embedding.md.
 */
@NullMarked
package io.skep.embedding;

import org.jspecify.annotations.NullMarked;
