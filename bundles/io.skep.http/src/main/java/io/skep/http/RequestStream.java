// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request, read no faster than it is passed on. For one subscriber; until that comes nothing is read. Of its
 * steps only one runs at a time, whatever threads begin them.
 */
final class RequestStream implements Flow.Publisher<ByteBuffer>, ReadListener {
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final Flow.Subscription NONE = new Flow.Subscription() {
        @Override
        public void request(long n) {
            // There is nothing.
        }

        @Override
        public void cancel() {
            // There is nothing.
        }
    };

    private final HttpServletRequest request;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicInteger steps = new AtomicInteger();
    private final AtomicLong demand = new AtomicLong();
    private volatile @Nullable ServletInputStream in;
    private volatile Flow.@Nullable Subscriber<? super ByteBuffer> subscriber;
    private volatile boolean readable;
    /** The HTTP client of Java 17 breaks a request whose body ends before it has asked for any. */
    private volatile boolean asked;

    private volatile boolean whole;
    private volatile boolean over;
    private volatile @Nullable Throwable failure;

    /** Of a request that is suspended. */
    RequestStream(HttpServletRequest request) {
        this.request = request;
    }

    /** Whether any of it may have been read. */
    boolean isBegun() {
        return begun.get();
    }

    /** Whether all of it was read. */
    boolean isWhole() {
        return whole;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> taker) {
        if (!begun.compareAndSet(false, true)) {
            taker.onSubscribe(NONE);
            taker.onError(new IOException("a body that is passed on as it comes comes only once"));
            return;
        }
        begin(taker);
    }

    /** A client that asked first is told to send only now. */
    private void begin(Flow.Subscriber<? super ByteBuffer> taker) {
        subscriber = taker;
        taker.onSubscribe(new Taking(taker));
        try {
            ServletInputStream opened = request.getInputStream();
            in = opened;
            opened.setReadListener(this);
        } catch (IOException e) {
            onError(e);
        }
    }

    /** What a subscriber asks for, as long as it is the one that gets the body. */
    private final class Taking implements Flow.Subscription {
        private final Flow.Subscriber<? super ByteBuffer> taker;

        Taking(Flow.Subscriber<? super ByteBuffer> taker) {
            this.taker = taker;
        }

        @Override
        public void request(long n) {
            if (subscriber == taker) {
                demand.addAndGet(n);
                asked = true;
                step();
            }
        }

        @Override
        public void cancel() {
            if (subscriber == taker) {
                over = true;
            }
        }
    }

    /**
     * Throws away what is left, so that a client that writes before it reads learns what it is answered.
     *
     * @param most so many bytes at most
     * @param next what follows, once
     */
    void discard(long most, Runnable next) {
        Discarding discarding = new Discarding(most, next);
        if (begun.compareAndSet(false, true)) {
            begin(discarding);
        } else if (whole || failure != null) {
            next.run();
        } else {
            subscriber = discarding;
            over = false;
            asked = true;
            demand.set(Long.MAX_VALUE);
            step();
        }
    }

    private static final class Discarding implements Flow.Subscriber<ByteBuffer> {
        private final Runnable next;
        private final AtomicBoolean ended = new AtomicBoolean();
        private long left;

        Discarding(long most, Runnable next) {
            this.next = next;
            left = most;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer bytes) {
            left -= bytes.remaining();
            if (left < 0) {
                onComplete();
            }
        }

        @Override
        public void onError(Throwable failure) {
            onComplete();
        }

        @Override
        public void onComplete() {
            if (ended.compareAndSet(false, true)) {
                next.run();
            }
        }
    }

    @Override
    public void onDataAvailable() {
        readable = true;
        step();
    }

    @Override
    public void onAllDataRead() {
        whole = true;
        step();
    }

    @Override
    public void onError(Throwable broken) {
        failure = broken;
        step();
    }

    private void step() {
        if (steps.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            pass();
            seen = steps.addAndGet(-seen);
        } while (seen != 0);
    }

    private void pass() {
        Flow.Subscriber<? super ByteBuffer> taker = subscriber;
        if (taker == null || over) {
            return;
        }
        try {
            read(taker);
        } catch (IOException e) {
            failure = e;
        }
        Throwable broken = failure;
        if (broken != null) {
            over = true;
            taker.onError(broken);
        } else if (whole && asked) {
            over = true;
            taker.onComplete();
        }
    }

    private void read(Flow.Subscriber<? super ByteBuffer> taker) throws IOException {
        ServletInputStream from = in;
        while (from != null && readable && !whole && failure == null && !over && demand.get() > 0) {
            // Cleared first: once it is not ready, another thread may say at any time that it is again.
            readable = false;
            if (!from.isReady()) {
                return;
            }
            readable = true;
            byte[] chunk = new byte[CHUNK_BYTES];
            int count = from.read(chunk);
            if (count < 0) {
                return;
            }
            demand.decrementAndGet();
            taker.onNext(ByteBuffer.wrap(chunk, 0, count));
        }
    }
}
