// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of another node's answer, asked for no faster than the client takes it. Where it breaks off, the answer ends
 * before its length; of a stream without one the client takes what it saw last and comes again. Of its steps only one runs
 * at a time, whatever threads begin them.
 */
final class ResponseStream implements HttpResponse.BodySubscriber<ResponseStream>, Feed, AsyncListener {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseStream.class);

    private final long length;
    private final Duration life;
    private final AtomicInteger steps = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile Flow.@Nullable Subscription source;
    private volatile @Nullable AsyncContext async;
    private volatile @Nullable ServletOutputStream out;
    private volatile @Nullable List<ByteBuffer> pending;
    private volatile boolean ended;
    private boolean unflushed;
    private boolean asked;

    /**
     * Of an answer.
     *
     * @param length that it will have, or -1 if that is not known
     * @param life how long it may last
     */
    ResponseStream(long length, Duration life) {
        this.length = length;
        this.life = life;
    }

    @Override
    public CompletionStage<ResponseStream> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        source = subscription;
        if (over.get()) {
            subscription.cancel();
        }
        step();
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        pending = buffers;
        step();
    }

    @Override
    public void onComplete() {
        ended = true;
        step();
    }

    @Override
    public void onError(Throwable failure) {
        LOG.debug("an answer of another node broke off", failure);
        ended = true;
        step();
    }

    @Override
    public Duration life() {
        return life;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void start(AsyncContext context, ServletOutputStream stream) {
        async = context;
        context.addListener(this);
        stream.setWriteListener(new WriteListener() {
            @Override
            public void onWritePossible() {
                // Not before: until the container has the listener, what is written blocks, and breaks the answer off.
                out = stream;
                step();
            }

            @Override
            public void onError(Throwable failure) {
                LOG.debug("a client went away", failure);
                close();
            }
        });
    }

    private void step() {
        if (steps.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            try {
                pass();
            } catch (IOException e) {
                LOG.debug("a client went away", e);
                close();
            }
            seen = steps.addAndGet(-seen);
        } while (seen != 0);
    }

    private void pass() throws IOException {
        ServletOutputStream stream = out;
        Flow.Subscription from = source;
        while (stream != null && from != null && !over.get() && stream.isReady()) {
            List<ByteBuffer> present = pending;
            if (present != null) {
                asked = false;
                unflushed = true;
                write(stream, present);
            } else if (unflushed) {
                unflushed = false;
                stream.flush();
            } else if (ended) {
                close();
            } else {
                if (!asked) {
                    asked = true;
                    from.request(1);
                }
                if (pending == null && !ended) {
                    return;
                }
            }
        }
    }

    /** One buffer; the container says when the next may follow. */
    private void write(ServletOutputStream stream, List<ByteBuffer> present) throws IOException {
        for (ByteBuffer buffer : present) {
            if (buffer.hasRemaining()) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                stream.write(bytes);
                return;
            }
        }
        pending = null;
    }

    /** Ends it; a second time does nothing. */
    @Override
    public void close() {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        Flow.Subscription from = source;
        if (from != null) {
            from.cancel();
        }
        AsyncContext context = async;
        if (context != null) {
            try {
                context.complete();
            } catch (IllegalStateException e) {
                LOG.debug("the answer had ended", e);
            }
        }
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
