// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.Refusal;
import io.skep.api.payload.Payload;
import io.skep.api.payload.PayloadService;
import io.skep.api.payload.PayloadUpload;
import io.skep.api.task.AttemptEnd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Collects the standard output of a program up to a limit, and reads on beyond it without keeping: in memory as long as
 * it fits into the task, as a payload when it becomes more. Thread-safe.
 */
final class Output implements AutoCloseable {
    private static final int BLOCK = 8_192;

    private final int limit;
    private final PayloadService payloads;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private @Nullable PayloadUpload upload;
    private Ending.@Nullable Failed trouble;
    private long length;

    Output(int limit, PayloadService payloads) {
        this.limit = limit;
        this.payloads = payloads;
    }

    /**
     * Reads to the end, which comes when the last process that holds the other end closes it.
     *
     * @param useless called once when nothing will become of it, see {@link #trouble}
     */
    void readFrom(InputStream in, Runnable useless) {
        byte[] block = new byte[BLOCK];
        try (in) {
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                if (!keep(block, n)) {
                    useless.run();
                }
            }
        } catch (IOException closed) {
            // The stream was closed under us; what has come is all there is.
            return;
        }
    }

    /** Why nothing becomes of it: there was more than the limit, or it could not be kept. */
    synchronized Ending.@Nullable Failed trouble() {
        return trouble;
    }

    /** What has come so far, unless it is a payload. */
    synchronized byte[] bytes() {
        return kept.toByteArray();
    }

    /** The result as JSON text, or the reference of a payload; of no use if there was trouble. */
    CompletionStage<String> result() {
        PayloadUpload begun;
        synchronized (this) {
            begun = upload;
        }
        if (begun == null) {
            String text = TaskJson.result(bytes());
            if (text.getBytes(StandardCharsets.UTF_8).length <= Payload.MAX_INLINE_BYTES) {
                return CompletableFuture.completedStage(text);
            }
            begun = spill();
        }
        return begun.complete().thenApply(Payload::reference);
    }

    /** Lets go of what has come and was not taken. */
    @Override
    public synchronized void close() {
        if (upload != null) {
            upload.close();
        }
    }

    /** False once, when it is of no use any more. */
    private synchronized boolean keep(byte[] block, int n) {
        if (trouble != null) {
            return true;
        }
        length += n;
        if (length > limit) {
            return useless("wrote more than " + limit + " bytes (output.limit.bytes) to standard output", false);
        }
        try {
            if (upload == null && length > Payload.MAX_INLINE_BYTES) {
                spill();
            }
            if (upload == null) {
                kept.write(block, 0, n);
            } else {
                upload.write(block, 0, n);
            }
            return true;
        } catch (Refusal refusal) {
            return useless(
                    "its standard output cannot be kept: " + refusal.getMessage(),
                    refusal.reason().isRetryable());
        }
    }

    private synchronized PayloadUpload spill() {
        PayloadUpload fresh = payloads.begin(-1);
        upload = fresh;
        fresh.write(kept.toByteArray(), 0, kept.size());
        kept.reset();
        return fresh;
    }

    private boolean useless(String error, boolean retryable) {
        trouble = new Ending.Failed(AttemptEnd.FAILED, error, retryable);
        kept.reset();
        close();
        return false;
    }
}
