// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its one answer. The first call of {@link #finish} wins, from whatever thread; all others do nothing.
 * An answer that the thread finds which brought the request is written at once. One that comes later is written by the
 * container when it can be, so that the thread that brings it, a thread of core as a rule, neither encodes nor writes.
 */
final class Exchange implements AsyncListener, WriteListener {
    /** What is larger may fill the connection's buffers, and a thread must not wait for a slow client. */
    private static final int DIRECT_BYTES = 32 * 1024;

    private static final long SOON_MILLIS = 100;

    /** For a year, as is usual. */
    private static final String HSTS = "max-age=31536000";

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final Meters meters;
    private final long startedNanos;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final AtomicBoolean completed = new AtomicBoolean();
    private volatile @Nullable AsyncContext async;
    private final Thread bringing = Thread.currentThread();
    /** Whether the thread that brought the request has gone. */
    private volatile boolean left;
    /** While it is where it may be kept: until it is back. */
    private volatile @Nullable CountDownLatch back;

    private volatile @Nullable Answer answer;
    private byte @Nullable [] content;
    private boolean waits;
    private volatile Runnable over = () -> {};

    Exchange(HttpServletRequest request, HttpServletResponse response, Meters meters) {
        this.request = request;
        this.response = response;
        this.meters = meters;
        startedNanos = System.nanoTime();
    }

    /** Lets the request go on after the container's thread has left; a second time does nothing. */
    void suspend(Duration timeout) {
        if (async == null) {
            AsyncContext context = request.startAsync();
            context.setTimeout(timeout.toMillis());
            context.addListener(this);
            async = context;
        }
    }

    /** The thread that brought the request goes. */
    void left() {
        left = true;
    }

    /** Does something where the thread that brought the request may be kept: meanwhile the container has nobody write. */
    void whileItMayBeKept(Runnable work) {
        CountDownLatch returned = new CountDownLatch(1);
        back = returned;
        try {
            work.run();
        } finally {
            back = null;
            returned.countDown();
        }
    }

    /** Goes on, on a thread of the container; only when suspended. */
    void go(Runnable what) {
        context().start(what);
    }

    /** Answers with what the stage ends with, however that is, suspended meanwhile. */
    void await(CompletionStage<Answer> stage, Duration timeout) {
        if (!stage.toCompletableFuture().isDone()) {
            suspend(timeout);
        }
        stage.whenComplete((ready, failure) -> {
            if (ready != null) {
                finish(ready);
            } else {
                finish(Problem.of(failure == null ? new IllegalStateException("no answer") : failure)
                        .answer());
            }
        });
    }

    /** Has something done when the exchange is over, however it ends; to be said before it is suspended. */
    void whenOver(Runnable what) {
        over = what;
    }

    /** Says that the client asked to wait, so that its time says nothing about the server. */
    void waits() {
        waits = true;
    }

    /** Answers, unless it was answered already. */
    void finish(Answer newAnswer) {
        if (!answered.compareAndSet(false, true)) {
            newAnswer.drop();
            return;
        }
        answer = newAnswer;
        try {
            Feed feed = hasContent() ? newAnswer.feed() : null;
            if (feed != null) {
                suspend(feed.life());
                head(newAnswer, feed.length());
                meters.answered(newAnswer.status(), -1);
                feed.start(context(), response.getOutputStream());
            } else {
                newAnswer.drop();
                write(newAnswer);
            }
        } catch (IOException | IllegalStateException e) {
            broken(e);
        }
    }

    private void write(Answer newAnswer) throws IOException {
        boolean isOwn = Thread.currentThread() == bringing && !left;
        if (async == null || isOwn) {
            writeHere(newAnswer);
            return;
        }
        CountDownLatch returned = back;
        if (returned == null) {
            response.getOutputStream().setWriteListener(this);
        } else {
            go(() -> writeBeside(newAnswer, returned));
        }
    }

    /** As a rule the thread that brought the request is about to come back. */
    private void writeBeside(Answer newAnswer, CountDownLatch returned) {
        try {
            if (returned.await(SOON_MILLIS, TimeUnit.MILLISECONDS)) {
                response.getOutputStream().setWriteListener(this);
            } else {
                // A thread that is kept keeps the connection, too: the client's next request over it would wait.
                writeHere(newAnswer.header("Connection", "close"));
            }
        } catch (IOException | IllegalStateException e) {
            broken(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            broken(e);
        }
    }

    private void writeHere(Answer newAnswer) throws IOException {
        byte[] bytes = encode(newAnswer);
        if (bytes.length > DIRECT_BYTES) {
            content = bytes;
            suspend(Duration.ofMinutes(1));
            response.getOutputStream().setWriteListener(this);
            return;
        }
        if (hasContent()) {
            response.getOutputStream().write(bytes);
        }
        if (async == null) {
            count();
        } else {
            complete();
        }
    }

    @Override
    public void onWritePossible() throws IOException {
        ServletOutputStream out = response.getOutputStream();
        Answer present = answer;
        if (content == null && present != null) {
            byte[] bytes = encode(present);
            content = bytes;
        }
        while (out.isReady()) {
            byte[] bytes = content;
            if (bytes == null || bytes.length == 0 || !hasContent()) {
                complete();
                return;
            }
            content = new byte[0];
            out.write(bytes);
        }
    }

    @Override
    public void onError(Throwable failure) {
        broken(failure);
    }

    /** Sets status and headers, and answers the bytes; one that cannot be encoded becomes a problem. */
    @SuppressWarnings("checkstyle:IllegalCatch")
    private byte[] encode(Answer present) {
        byte[] bytes;
        Answer said = present;
        try {
            bytes = present.body().get();
        } catch (RuntimeException e) {
            said = Problem.of(e).answer();
            bytes = said.body().get();
            answer = said;
        }
        Feed feed = said.feed();
        head(said, feed == null ? bytes.length : Math.max(0, feed.length()));
        return bytes;
    }

    private void head(Answer present, long length) {
        response.setStatus(present.status());
        guard();
        List<String> headers = present.headers();
        for (int i = 0; i < headers.size(); i += 2) {
            response.setHeader(headers.get(i), headers.get(i + 1));
        }
        if (present.type() != null) {
            response.setContentType(present.type());
        }
        if (length >= 0 && present.type() != null) {
            response.setContentLengthLong(length);
        }
    }

    /** What every answer says to browsers, so that no page of somebody else's makes anything of it. */
    private void guard() {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        if (request.isSecure()) {
            // Said in the clear it would be worth nothing, and browsers must ignore it.
            response.setHeader("Strict-Transport-Security", HSTS);
        }
    }

    private boolean hasContent() {
        return !request.getMethod().equals("HEAD");
    }

    private AsyncContext context() {
        AsyncContext context = async;
        if (context == null) {
            throw new IllegalStateException("the request is not suspended");
        }
        return context;
    }

    private void complete() {
        if (completed.compareAndSet(false, true)) {
            count();
            context().complete();
        }
    }

    private void count() {
        Answer present = answer;
        meters.answered(present == null ? 0 : present.status(), waits ? -1 : System.nanoTime() - startedNanos);
    }

    /** The client went away, or the container ended the exchange. */
    private void broken(Throwable failure) {
        LOG.debug("a request was not answered", failure);
        answered.set(true);
        if (async != null && completed.compareAndSet(false, true)) {
            meters.broken();
            try {
                if (!response.isCommitted()) {
                    // Else a client that is still there would take an empty answer for a success.
                    response.setStatus(503);
                    guard();
                }
                context().complete();
            } catch (IllegalStateException e) {
                LOG.debug("it was complete already", e);
            }
        }
        Answer present = answer;
        if (present != null) {
            present.drop();
        }
    }

    @Override
    public void onTimeout(AsyncEvent event) throws IOException {
        Answer present = answer;
        if (present != null && present.feed() != null && hasContent()) {
            return;
        }
        if (!answered.compareAndSet(false, true)) {
            broken(new IOException("the client did not take the answer in time"));
            return;
        }
        Problem late = new Problem(
                503,
                "Unavailable",
                "there was no answer in time; whether the request was carried out is not known",
                "unavailable",
                null,
                Duration.ofSeconds(1));
        answer = late.answer();
        byte[] bytes = encode(late.answer());
        if (hasContent()) {
            response.getOutputStream().write(bytes);
        }
        complete();
    }

    @Override
    public void onError(AsyncEvent event) {
        Throwable failure = event.getThrowable();
        broken(failure == null ? new IOException("the exchange broke") : failure);
    }

    @Override
    public void onComplete(AsyncEvent event) {
        completed.set(true);
        over.run();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Only this class starts it, once.
    }
}
