// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The model, open: one network or several, which read a text at the same time. Whoever uses it holds it open: it is freed
 * when it is closed and the last user has left, never under an inference. Thread-safe.
 */
final class Model {
    /** What one of the networks was trained to read, and half of what the other was; what follows is cut off. */
    static final int MAX_TOKENS = 256;

    private final OrtEnvironment environment;
    private final List<Session> sessions = new ArrayList<>();
    private final Helpers helpers;
    /** First come, first served. */
    private final BlockingQueue<Inputs> inputs;
    /** The owner is one of them until it closes the model. */
    private final AtomicInteger users = new AtomicInteger(1);

    private final CountDownLatch freed = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    /** A network, open, with the middle of usual tasks' vectors if it is taken off each. */
    private record Session(Network network, OrtSession session, float @Nullable [] middle) {
        float[] run(Map<String, OnnxTensor> text) {
            float[] vector = plain(text);
            return middle == null ? vector : Pooling.unitLess(middle, network.centring(), vector);
        }

        private float[] plain(Map<String, OnnxTensor> text) {
            try (OrtSession.Result result = session.run(text)) {
                return network.vector(((OnnxTensor) result.get(0)).getFloatBuffer());
            } catch (OrtException e) {
                throw new IllegalStateException("the model failed: " + e.getMessage(), e);
            }
        }
    }

    /**
     * Reads it from files that are needed no longer then, and warms it up.
     *
     * @param usual the tokens of usual tasks
     */
    Model(OrtEnvironment environment, Extracted files, Settings settings, List<int[]> usual)
            throws IOException, OrtException {
        this.environment = environment;
        this.inputs = new ArrayBlockingQueue<>(settings.maxConcurrent(), true);
        for (int i = 0; i < settings.maxConcurrent(); i++) {
            inputs.add(new Inputs(MAX_TOKENS));
        }
        this.helpers = new Helpers(settings.maxConcurrent());
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(settings.threads());
            options.setInterOpNumThreads(1);
            // A thread without work sleeps; it does not try again and again.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            for (Network network : settings.model().networks()) {
                String file = network.file() + ".onnx";
                String copy = files.copy("/" + file, file).toString();
                sessions.add(new Session(network, environment.createSession(copy, options), null));
            }
            sessions.replaceAll(session -> centred(session, usual));
        } catch (IOException | OrtException | RuntimeException e) {
            free();
            throw e;
        }
    }

    private Session centred(Session plain, List<int[]> usual) {
        Inputs mine = inputs.element();
        float[] middle = Pooling.middle(
                usual.stream().map(tokens -> run(mine, tokens, plain::run)).toList());
        return plain.network().centring() > 0 ? new Session(plain.network(), plain.session(), middle) : plain;
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
                return closed.get() ? Optional.empty() : Optional.of(run(mine, tokens, this::vector));
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

    private float[] run(Inputs mine, int[] tokens, Function<Map<String, OnnxTensor>, float[]> reader) {
        mine.set(tokens);
        long[] shape = {1, tokens.length};
        try (OnnxTensor ids = OnnxTensor.createTensor(environment, mine.ids(), shape);
                OnnxTensor mask = OnnxTensor.createTensor(environment, mine.mask(), shape);
                OnnxTensor types = OnnxTensor.createTensor(environment, mine.types(), shape)) {
            return reader.apply(Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types));
        } catch (OrtException e) {
            throw new IllegalStateException("the model failed: " + e.getMessage(), e);
        }
    }

    /** The last network, which is the slowest, runs on this thread, the others beside it. None reads when this returns. */
    private float[] vector(Map<String, OnnxTensor> text) {
        int last = sessions.size() - 1;
        List<CompletableFuture<float[]>> beside = sessions.subList(0, last).stream()
                .map(session -> helpers.run(() -> session.run(text)))
                .toList();
        try {
            float[] own = sessions.get(last).run(text);
            List<float[]> vectors = new ArrayList<>();
            beside.forEach(one -> vectors.add(Helpers.result(one)));
            vectors.add(own);
            return Pooling.unitJoined(vectors);
        } finally {
            beside.forEach(Helpers::await);
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
            free();
        } catch (OrtException e) {
            throw new IllegalStateException("the model could not be freed", e);
        } finally {
            freed.countDown();
        }
    }

    private void free() throws OrtException {
        helpers.close();
        for (Session one : sessions) {
            one.session().close();
        }
    }
}
