// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import io.skep.api.embedding.Embedder;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The embedder while there is one. Thread-safe. */
public final class Encoder {
    /** What an answer says when there was none. */
    static final String LEXICAL = "lexical";

    private static final Logger LOG = LoggerFactory.getLogger(Encoder.class);

    private final AtomicReference<@Nullable Embedder> embedder = new AtomicReference<>();

    /** One has come. */
    public void set(Embedder arrived) {
        embedder.set(arrived);
    }

    /** It has gone. */
    public void unset(Embedder gone) {
        embedder.compareAndSet(gone, null);
    }

    /**
     * Texts as vectors of one model.
     *
     * @param model its name
     */
    record Vectors(String model, List<float[]> all) {
        double cosine(int a, int b) {
            float[] left = all.get(a);
            float[] right = all.get(b);
            double sum = 0;
            for (int i = 0; i < left.length; i++) {
                sum += left[i] * right[i];
            }
            return sum;
        }
    }

    /** The vectors of texts, or null if there is no embedder or it has gone meanwhile. May take a while. */
    @Nullable
    Vectors vectors(List<String> texts) {
        Embedder now = embedder.get();
        if (now == null || texts.isEmpty()) {
            return null;
        }
        try {
            return new Vectors(now.model(), now.embedAll(texts));
        } catch (IllegalStateException gone) {
            LOG.debug("the embedder has gone meanwhile", gone);
            return null;
        }
    }
}
