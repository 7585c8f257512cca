// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The model, open. Whoever uses it holds it open: it is freed when it is closed and the last user has left, never under an
 * inference. Thread-safe.
 */
final class Model {
    static final String NAME = "all-minilm-l6-v2-q";
    static final int DIMENSIONS = 384;
    /** What the model was trained to read; what follows is cut off. */
    static final int MAX_TOKENS = 256;

    private final OrtEnvironment environment;
    private final OrtSession session;
    /** First come, first served. */
    private final BlockingQueue<Inputs> inputs;
    /** The owner is one of them until it closes the model. */
    private final AtomicInteger users = new AtomicInteger(1);

    private final CountDownLatch freed = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Reads it from its file, which is needed no longer then. */
    Model(OrtEnvironment environment, Path file, Settings settings) throws OrtException {
        this.environment = environment;
        this.inputs = new ArrayBlockingQueue<>(settings.maxConcurrent(), true);
        for (int i = 0; i < settings.maxConcurrent(); i++) {
            inputs.add(new Inputs(MAX_TOKENS));
        }
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(settings.threads());
            options.setInterOpNumThreads(1);
            // A thread without work sleeps; it does not try again and again.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            this.session = environment.createSession(file.toString(), options);
        }
    }

    /**
     * The vector of a text; empty if the model was closed.
     *
     * @param maxWait how long to wait for others to end
     * @throws IllegalStateException if they did not
     */
    Optional<float[]> embed(int[] tokens, Duration maxWait) {
        if (!enter()) {
            return Optional.empty();
        }
        try {
            Inputs mine = take(maxWait);
            try {
                return closed.get() ? Optional.empty() : Optional.of(run(mine, tokens));
            } finally {
                inputs.add(mine);
            }
        } finally {
            leave();
        }
    }

    private Inputs take(Duration maxWait) {
        try {
            Inputs free = inputs.poll(maxWait.toMillis(), TimeUnit.MILLISECONDS);
            if (free == null) {
                throw new IllegalStateException(
                        "the sentence embedder is busy: no inference ended within " + maxWait.toMillis() + " ms");
            }
            return free;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the sentence embedder", e);
        }
    }

    private float[] run(Inputs mine, int[] tokens) {
        mine.set(tokens);
        long[] shape = {1, tokens.length};
        try (OnnxTensor ids = OnnxTensor.createTensor(environment, mine.ids(), shape);
                OnnxTensor mask = OnnxTensor.createTensor(environment, mine.mask(), shape);
                OnnxTensor types = OnnxTensor.createTensor(environment, mine.types(), shape);
                OrtSession.Result result =
                        session.run(Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
            return Pooling.unitMean(((OnnxTensor) result.get(0)).getFloatBuffer(), DIMENSIONS);
        } catch (OrtException e) {
            throw new IllegalStateException("the model failed: " + e.getMessage(), e);
        }
    }

    /** Takes no more texts; frees the model when the last user has left, and waits for that. Whether it was in time. */
    boolean close(Duration atMost) {
        if (closed.compareAndSet(false, true)) {
            leave();
        }
        try {
            return freed.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean enter() {
        return users.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
    }

    private void leave() {
        if (users.decrementAndGet() > 0) {
            return;
        }
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the model could not be freed", e);
        } finally {
            freed.countDown();
        }
    }
}
