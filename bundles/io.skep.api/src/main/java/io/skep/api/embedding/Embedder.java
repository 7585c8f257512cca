// SPDX-License-Identifier: Apache-2.0
package io.skep.api.embedding;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Turns texts into vectors whose closeness is closeness in meaning. A service that may come and go: who uses it goes on
 * without it. Thread-safe. Every vector has the length {@link #dimensions()}, is of unit length, so that the cosine of two
 * is their dot product, and must not be changed.
 */
@ProviderType
public interface Embedder {
    /** The name of the model; vectors of different models mean nothing to each other. */
    String model();

    /** The length of a vector. */
    int dimensions();

    /** The vector of a text if it is at hand; computes nothing. */
    Optional<float[]> cached(String text);

    /**
     * The vector of a text, computed on the calling thread if it is not at hand, which takes some milliseconds for a few
     * sentences. Of a text that is longer than the model reads, the beginning counts; an empty one has a vector too.
     *
     * @throws IllegalStateException if the service has gone meanwhile, or had too much to do for as long as it lets a text
     *     wait (a second, unless configured otherwise)
     */
    float[] embed(String text);

    /** The vectors of many texts, in their order, each as if it were alone. See {@link #embed}. */
    List<float[]> embedAll(List<String> texts);
}
