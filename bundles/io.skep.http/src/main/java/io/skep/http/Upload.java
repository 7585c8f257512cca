// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes a jar into a temporary file as it comes, without waiting for it and without holding it in memory. The file goes
 * when what it was taken for has ended, or with the exchange if it never came whole. What is refused is thrown away up
 * to a bound, so that a client that writes before it reads learns why.
 */
final class Upload implements ReadListener {
    /** How much longer than others a request may take that brings a jar. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    private static final int CHUNK_BYTES = 64 * 1024;
    private static final Set<String> TYPES = Set.of("application/java-archive", "application/octet-stream");

    private final Exchange exchange;
    private final ServletInputStream in;
    private final Function<Path, CompletionStage<Answer>> whole;
    private final long declared;
    private final long maxBytes;
    private final Duration timeout;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private @Nullable UploadFile file;
    private @Nullable Problem problem;
    private volatile boolean handedOver;
    private long length;
    private boolean over;

    private Upload(
            HttpServletRequest request,
            Exchange exchange,
            int maxBytes,
            Duration timeout,
            Function<Path, CompletionStage<Answer>> whole)
            throws IOException {
        this.exchange = exchange;
        this.maxBytes = maxBytes;
        this.timeout = timeout;
        this.whole = whole;
        declared = request.getContentLengthLong();
        in = request.getInputStream();
    }

    /**
     * Reads the body of {@code request} as a jar.
     *
     * @param whole takes the file when it is complete, once; the file is deleted when the stage has ended
     */
    static void read(
            HttpServletRequest request,
            Exchange exchange,
            int maxBytes,
            Duration timeout,
            Function<Path, CompletionStage<Answer>> whole)
            throws IOException {
        Problem unfit = unfit(request.getContentType(), request.getContentLengthLong(), maxBytes);
        if (unfit != null && request.getHeader("Expect") != null) {
            exchange.finish(unfit.answer());
            return;
        }
        Upload upload = new Upload(request, exchange, maxBytes, timeout, whole);
        upload.begin(unfit, maxBytes);
    }

    private static @Nullable Problem unfit(@Nullable String type, long length, int maxBytes) {
        String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!TYPES.contains(media)) {
            return Problem.mediaType(
                    "the body must be the jar itself, as application/java-archive or application/octet-stream");
        }
        return length > maxBytes ? Problem.of(UploadFile.tooLarge(maxBytes)) : null;
    }

    private void begin(@Nullable Problem unfit, int limit) {
        problem = unfit;
        if (unfit == null) {
            try {
                UploadFile fresh = UploadFile.open(limit);
                file = fresh;
                exchange.whenOver(() -> {
                    if (!handedOver) {
                        fresh.close();
                    }
                });
            } catch (Refusal refusal) {
                problem = Problem.of(refusal);
            }
        }
        exchange.suspend(timeout);
        in.setReadListener(this);
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (!over && in.isReady()) {
            int count = in.read(chunk);
            if (count < 0) {
                return;
            }
            take(count);
        }
    }

    private void take(int count) {
        length += count;
        UploadFile present = file;
        if (present != null && problem == null) {
            try {
                present.append(chunk, count);
            } catch (Refusal refusal) {
                problem = Problem.of(refusal);
                present.close();
            }
        } else if (length > 2 * maxBytes) {
            onAllDataRead();
        }
    }

    @Override
    public void onAllDataRead() {
        if (over) {
            return;
        }
        over = true;
        UploadFile present = file;
        if (problem != null || present == null) {
            exchange.finish(problem == null ? Problem.of(UploadFile.brokenOff()).answer() : problem.answer());
            return;
        }
        try {
            Path path = present.whole(declared);
            handedOver = true;
            exchange.await(whole.apply(path).whenComplete((answer, failure) -> present.close()), timeout);
        } catch (Refusal refusal) {
            present.close();
            exchange.finish(Problem.of(refusal).answer());
        }
    }

    @Override
    public void onError(Throwable failure) {
        over = true;
        exchange.finish(Problem.of(UploadFile.brokenOff()).answer());
    }
}
