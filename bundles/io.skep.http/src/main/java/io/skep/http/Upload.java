// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes a large body as it comes, without waiting for it and without holding it in memory. What came goes with the
 * exchange if it never came whole. What is refused is thrown away up to a bound, so that a client that writes before it
 * reads learns why.
 */
final class Upload implements ReadListener {
    /** How much longer than others a request may take that brings a large body. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    private static final int CHUNK_BYTES = 64 * 1024;

    private final Exchange exchange;
    private final ServletInputStream in;
    private final long declared;
    private final long maxBytes;
    private final Duration timeout;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private @Nullable BodySink sink;
    private @Nullable Problem problem;
    private volatile boolean handedOver;
    private long length;
    private boolean over;

    private Upload(HttpServletRequest request, Exchange exchange, long maxBytes, Duration timeout) throws IOException {
        this.exchange = exchange;
        this.maxBytes = maxBytes;
        this.timeout = timeout;
        declared = request.getContentLengthLong();
        in = request.getInputStream();
    }

    /**
     * Reads the body of {@code request}.
     *
     * @param maxBytes twice as much is read of what is refused
     * @param unfit why it is refused before it comes, or null
     * @param sink makes what takes it; may refuse
     */
    static void read(
            HttpServletRequest request,
            Exchange exchange,
            long maxBytes,
            Duration timeout,
            @Nullable Problem unfit,
            Supplier<BodySink> sink)
            throws IOException {
        boolean waits = request.getHeader("Expect") != null || request.getContentLengthLong() > 2 * maxBytes;
        if (unfit != null && waits) {
            exchange.finish(unfit.answer());
            return;
        }
        new Upload(request, exchange, maxBytes, timeout).begin(unfit, sink);
    }

    private void begin(@Nullable Problem unfit, Supplier<BodySink> opener) {
        problem = unfit;
        if (unfit == null) {
            try {
                BodySink fresh = opener.get();
                sink = fresh;
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
        BodySink present = sink;
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
        BodySink present = sink;
        if (problem != null || present == null) {
            exchange.finish(problem == null ? Problem.of(UploadFile.brokenOff()).answer() : problem.answer());
            return;
        }
        try {
            handedOver = true;
            exchange.await(present.whole(declared), timeout);
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
