// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.payload.Payload;
import io.skep.api.payload.PayloadService;
import io.skep.api.payload.PayloadUpload;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes a payload into the store's directory. */
final class PayloadSink implements BodySink {
    private final PayloadUpload upload;
    private final AtomicInteger open;
    private final AtomicBoolean counted = new AtomicBoolean(true);
    private final Function<Payload, CompletionStage<Answer>> whole;
    private long length;

    private PayloadSink(PayloadUpload upload, AtomicInteger open, Function<Payload, CompletionStage<Answer>> whole) {
        this.upload = upload;
        this.open = open;
        this.whole = whole;
    }

    /**
     * Begins.
     *
     * @param declared how much will come, or -1
     * @param open counts what is open, of which there may be {@code most}
     * @param whole takes the payload when it is durable
     * @throws Refusal if there are too many, or there is no space
     */
    static PayloadSink open(
            PayloadService payloads,
            long declared,
            AtomicInteger open,
            int most,
            Function<Payload, CompletionStage<Answer>> whole) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            throw Refusal.retryLater(
                    Refusal.Reason.BUSY,
                    most + " payloads are being taken already (max.payload.uploads)",
                    Duration.ofSeconds(1));
        }
        PayloadUpload begun = null;
        try {
            begun = payloads.begin(declared);
            return new PayloadSink(begun, open, whole);
        } finally {
            if (begun == null) {
                open.decrementAndGet();
            }
        }
    }

    /** What is wrong with a body of that length, or null. */
    static @Nullable Problem unfit(long length, long maxBytes) {
        return length <= maxBytes
                ? null
                : Problem.of(Refusal.of(
                        Refusal.Reason.TOO_LARGE,
                        "a payload may have at most " + maxBytes + " bytes (payload.max.bytes)"));
    }

    @Override
    public void append(byte[] chunk, int count) {
        length += count;
        upload.write(chunk, 0, count);
    }

    @Override
    public CompletionStage<Answer> whole(long declared) {
        if (declared >= 0 && length != declared) {
            throw UploadFile.brokenOff();
        }
        return upload.complete().whenComplete((payload, failure) -> close()).thenCompose(whole);
    }

    @Override
    public void close() {
        if (counted.compareAndSet(true, false)) {
            open.decrementAndGet();
        }
        upload.close();
    }
}
