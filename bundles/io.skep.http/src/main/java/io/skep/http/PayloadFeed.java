// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A payload on its way to a client, a block at a time. Where its file turns out not to be what it was, the answer ends
 * before its length, which no client takes for the whole. The container orders the calls of a listener.
 */
final class PayloadFeed implements Feed, WriteListener, AsyncListener {
    /** A client has that long to take it. */
    static final Duration LIFE = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(PayloadFeed.class);
    private static final int BLOCK_BYTES = 64 * 1024;

    private final InputStream in;
    private final long length;
    private final byte[] block = new byte[BLOCK_BYTES];
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable AsyncContext async;
    private volatile @Nullable ServletOutputStream out;

    /** Of {@code length} bytes; closes the stream when it is over. */
    PayloadFeed(InputStream in, long length) {
        this.in = in;
        this.length = length;
    }

    @Override
    public Duration life() {
        return LIFE;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void start(AsyncContext context, ServletOutputStream stream) {
        async = context;
        out = stream;
        context.addListener(this);
        stream.setWriteListener(this);
    }

    @Override
    public void onWritePossible() throws IOException {
        ServletOutputStream stream = out;
        while (stream != null && !over.get() && stream.isReady()) {
            int count = next();
            if (count < 0) {
                close();
                return;
            }
            stream.write(block, 0, count);
        }
    }

    private int next() {
        try {
            return in.read(block);
        } catch (IOException e) {
            LOG.warn("a download breaks off: {}", e.getMessage());
            return -1;
        }
    }

    @Override
    public void close() {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        try {
            in.close();
        } catch (IOException e) {
            LOG.debug("a payload cannot be closed", e);
        }
        AsyncContext context = async;
        if (context != null) {
            try {
                context.complete();
            } catch (IllegalStateException e) {
                LOG.debug("the download had ended", e);
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        LOG.debug("a download broke", failure);
        close();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        close();
    }

    @Override
    public void onError(AsyncEvent event) {
        close();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        close();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Nobody starts it again.
    }
}
