// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.api.embedding.Embedder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The embedder while there is one. Thread-safe. */
final class Encoder {
    /** What an answer says when there was none. */
    static final String LEXICAL = "lexical";

    private static final Logger LOG = LoggerFactory.getLogger(Encoder.class);

    private final AtomicReference<@Nullable Embedder> embedder = new AtomicReference<>();
    private final CountDownLatch came = new CountDownLatch(1);

    void set(Embedder arrived) {
        embedder.set(arrived);
        came.countDown();
    }

    /** Waits for the first one, so long at most. */
    void await(Duration most) throws InterruptedException {
        if (!came.await(most.toNanos(), TimeUnit.NANOSECONDS)) {
            LOG.info("no encoder within {} ms: tasks are routed by their words until one comes", most.toMillis());
        }
    }

    void unset(Embedder gone) {
        embedder.compareAndSet(gone, null);
    }

    /** The one there is, or null. */
    @Nullable
    Embedder now() {
        return embedder.get();
    }

    /** The vector of a text by this embedder, or null if it has gone meanwhile. */
    static float @Nullable [] vector(@Nullable Embedder by, String text) {
        List<float[]> one = vectors(by, List.of(text));
        return one == null ? null : one.get(0);
    }

    /** The vectors of texts, or null if there is no embedder or it has gone meanwhile. */
    static @Nullable List<float[]> vectors(@Nullable Embedder by, List<String> texts) {
        if (by == null) {
            return null;
        }
        try {
            return texts.size() == 1 ? List.of(by.embed(texts.get(0))) : by.embedAll(texts);
        } catch (IllegalStateException gone) {
            LOG.debug("the embedder has gone meanwhile", gone);
            return null;
        }
    }
}
