// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Reads a body without waiting for it: at once if all of it is there, as it comes otherwise. */
final class BodyReader implements ReadListener {
    private static final int CHUNK_BYTES = 16 * 1024;

    private final Exchange exchange;
    private final ServletInputStream in;
    private final BodyBuffer buffer;
    private final Consumer<BodyBuffer> whole;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private boolean over;

    private BodyReader(Exchange exchange, ServletInputStream in, BodyBuffer buffer, Consumer<BodyBuffer> whole) {
        this.exchange = exchange;
        this.in = in;
        this.buffer = buffer;
        this.whole = whole;
    }

    /**
     * Reads the body of {@code request}.
     *
     * @param whole takes the body, on this thread or one of the container, once; it must not throw
     */
    static void read(
            HttpServletRequest request,
            Exchange exchange,
            BodyBuffer buffer,
            Duration timeout,
            Consumer<BodyBuffer> whole)
            throws IOException {
        long length = request.getContentLengthLong();
        if (buffer.cannotTake(length) && request.getHeader("Expect") != null) {
            exchange.finish(Problem.of(buffer.tooLarge()).answer());
            return;
        }
        ServletInputStream in = request.getInputStream();
        if (length >= 0 && length <= CHUNK_BYTES && in.available() >= length) {
            byte[] bytes = in.readNBytes((int) length);
            buffer.append(bytes, bytes.length);
            whole.accept(buffer);
        } else {
            exchange.suspend(timeout);
            in.setReadListener(new BodyReader(exchange, in, buffer, whole));
        }
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (!over && in.isReady()) {
            int count = in.read(chunk);
            if (count < 0) {
                return;
            }
            buffer.append(chunk, count);
            if (buffer.hopeless()) {
                onAllDataRead();
            }
        }
    }

    @Override
    public void onAllDataRead() {
        if (!over) {
            over = true;
            whole.accept(buffer);
        }
    }

    @Override
    public void onError(Throwable failure) {
        exchange.finish(Problem.of(Refusal.of(Refusal.Reason.INVALID, "the body broke off"))
                .answer());
    }
}
