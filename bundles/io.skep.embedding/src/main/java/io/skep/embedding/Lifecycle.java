// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import ai.onnxruntime.OrtException;
import io.skep.api.embedding.Embedder;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the embedder on a thread of its own, publishes it once it has answered, takes new settings over, and ends all of
 * it. What cannot be loaded is told in one line of the log, and nothing is published. Methods are called by one thread.
 */
final class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);
    /** Together with what the embedder may take it is below the five seconds for which DS waits for a component. */
    private static final int LOADING_SECONDS = 1;

    /** How others get to know the embedder; what comes back takes it away again. */
    interface Publisher {
        Runnable publish(Embedder embedder);
    }

    /** Where the libraries and the model are written to, and for what machine. */
    record Machine(Path base, String os, String arch) {}

    private record Loaded(OnnxLibrary library, SentenceEmbedder embedder) {
        void close() {
            if (embedder.close()) {
                library.close();
            } else {
                LOG.warn("an inference does not end; the native library stays until the server ends");
            }
        }
    }

    private final Machine machine;
    private final Publisher publisher;
    /** One thread, which ends when it has nothing to do; of the settings that wait for it, the last ones count. */
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(1),
            task -> new Thread(() -> untilEnd(task), "skep-embedding"),
            new ThreadPoolExecutor.DiscardOldestPolicy());

    private final AtomicReference<@Nullable Runnable> publication = new AtomicReference<>();
    private final AtomicReference<@Nullable Loaded> loaded = new AtomicReference<>();
    /** Whether the machine refused the library, which it then does for as long as this class loader is there. */
    private volatile boolean refused;

    private volatile boolean closed;

    Lifecycle(Machine machine, Publisher publisher) {
        this.machine = machine;
        this.publisher = publisher;
        thread.allowCoreThreadTimeOut(true);
    }

    /** Loads the embedder, or gives it new settings; returns at once. */
    void apply(Settings settings) {
        thread.execute(() -> load(settings));
    }

    private void load(Settings settings) {
        try {
            Loaded present = loaded.get();
            if (present != null && present.embedder().isOf(settings)) {
                present.embedder().apply(settings);
            } else if (!refused && !closed) {
                publish(settings);
            }
        } catch (IOException | OrtException | RuntimeException e) {
            tell(e);
        } catch (LinkageError e) {
            refused = true;
            tell(e);
        } finally {
            if (closed) {
                // Whoever closed this may not have found what was just made.
                end();
            }
        }
    }

    /** With a service of its own for each model, so that nobody who holds one ever gets vectors of another. */
    private void publish(Settings settings) throws IOException, OrtException {
        long begin = System.nanoTime();
        OnnxLibrary library = OnnxLibrary.load(machine.base(), Platform.of(machine.os(), machine.arch()));
        SentenceEmbedder embedder;
        try {
            embedder = new SentenceEmbedder(library, settings);
        } catch (IOException | OrtException | RuntimeException e) {
            library.close();
            throw e;
        }
        Loaded before = loaded.getAndSet(new Loaded(library, embedder));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        LOG.info("{} on ONNX Runtime {} ready after {} ms", embedder.model(), library.version(), millis);
        if (!closed) {
            Runnable replaced = publication.getAndSet(publisher.publish(embedder));
            if (replaced != null) {
                replaced.run();
            }
        }
        if (before != null) {
            before.close();
        }
    }

    /** Takes the embedder away, lets what is under way end, and frees everything. */
    void close() {
        closed = true;
        thread.shutdown();
        end();
        try {
            if (!thread.awaitTermination(LOADING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the model is still being loaded; it is freed when it is");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Each is ended once, whoever comes first. */
    private void end() {
        Runnable published = publication.getAndSet(null);
        if (published != null) {
            published.run();
        }
        Loaded present = loaded.getAndSet(null);
        if (present != null) {
            present.close();
        }
    }

    /** In one line: the message of where it began. */
    private void tell(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        // Those of files have nothing but the file as their message.
        String reason = cause instanceof FileSystemException ? cause.toString() : cause.getMessage();
        if (loaded.get() == null) {
            LOG.warn("no sentence embeddings, others go on without: {}", reason);
        } else {
            LOG.warn("new settings not taken over, the last ones stay: {}", reason);
        }
        LOG.debug("why", failure);
    }

    /** An ended thread that somebody remembers, as class loaders do, shall not keep this bundle. */
    private static void untilEnd(Runnable task) {
        try {
            task.run();
        } finally {
            Thread.currentThread().setContextClassLoader(null);
        }
    }
}
