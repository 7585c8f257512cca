// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import io.skep.http.json.EventJson;
import io.skep.http.json.Json;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open stream of events. It asks for more only after the client has taken what there was; between two steps it
 * holds no thread. At any moment only one of them is under way, which is why its fields need no lock: the container
 * orders the calls of a listener, and the others follow one from another.
 */
final class EventFeed implements Feed, WriteListener, AsyncListener {
    /** After that the client must come again, so that nothing is for ever. */
    static final Duration LIFE = Duration.ofHours(1);

    static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
    static final int BATCH = 256;

    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);

    private final EventStream events;
    private final Duration keepAlive;
    private final Consumer<EventFeed> gone;
    private final AtomicBoolean over = new AtomicBoolean();
    private EventCursor cursor;
    private byte @Nullable [] pending;
    private boolean unflushed;
    private boolean last;
    private volatile @Nullable AsyncContext async;
    private volatile @Nullable ServletOutputStream out;

    /**
     * A stream that begins with a batch.
     *
     * @param keepAlive after so much silence it writes a comment
     * @param gone is told once when the stream has ended
     */
    EventFeed(EventStream events, EventCursor from, EventBatch first, Duration keepAlive, Consumer<EventFeed> gone) {
        this.events = events;
        this.keepAlive = keepAlive;
        this.gone = gone;
        cursor = from;
        pending = text(first);
    }

    @Override
    public Duration life() {
        return LIFE;
    }

    @Override
    public long length() {
        return -1;
    }

    @Override
    public void start(AsyncContext context, ServletOutputStream stream) {
        async = context;
        out = stream;
        context.addListener(this);
        stream.setWriteListener(this);
    }

    /** Ends the stream; the client may come again with what it saw last. */
    @Override
    public void close() {
        if (over.compareAndSet(false, true)) {
            gone.accept(this);
            AsyncContext context = async;
            if (context != null) {
                try {
                    context.complete();
                } catch (IllegalStateException e) {
                    LOG.debug("the stream had ended", e);
                }
            }
        }
    }

    @Override
    public void onWritePossible() throws IOException {
        ServletOutputStream stream = out;
        while (stream != null && !over.get() && stream.isReady()) {
            byte[] bytes = pending;
            if (bytes != null) {
                pending = null;
                unflushed = true;
                stream.write(bytes);
            } else if (unflushed) {
                unflushed = false;
                stream.flush();
            } else if (last) {
                close();
            } else {
                fetch();
                return;
            }
        }
    }

    private void fetch() {
        try {
            events.next(cursor, BATCH, keepAlive).whenComplete(this::fetched);
        } catch (Refusal refusal) {
            fetched(null, refusal);
        }
    }

    /** Goes on on a thread of the container, since this one is core's. */
    private void fetched(@Nullable EventBatch batch, @Nullable Throwable failure) {
        AsyncContext context = async;
        if (context == null || over.get()) {
            return;
        }
        try {
            context.start(() -> resume(batch, failure));
        } catch (IllegalStateException e) {
            LOG.debug("the stream ended meanwhile", e);
            close();
        }
    }

    private void resume(@Nullable EventBatch batch, @Nullable Throwable failure) {
        try {
            if (batch == null) {
                String detail = failure == null
                        ? "no more events"
                        : Problem.of(failure).detail().replace('\n', ' ');
                pending = utf8(": ended: " + detail + "\n\n");
                last = true;
            } else {
                pending = text(batch);
            }
            onWritePossible();
        } catch (IOException e) {
            onError(e);
        }
    }

    private byte[] text(EventBatch batch) {
        if (batch.events().isEmpty()) {
            cursor = batch.next();
            return utf8(":\n\n");
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream(batch.events().size() * 256);
        for (Event event : batch.events()) {
            cursor = cursor.after(event);
            text.writeBytes(utf8("id: " + cursor + "\nevent: " + event.type() + "\ndata: "));
            text.writeBytes(Json.bytes(json -> EventJson.write(json, event)));
            text.writeBytes(utf8("\n\n"));
        }
        cursor = batch.next();
        return text.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void onError(Throwable failure) {
        LOG.debug("a stream of events broke", failure);
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
