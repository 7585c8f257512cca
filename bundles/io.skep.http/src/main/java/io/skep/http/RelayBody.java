// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request that is handed on. A small one is read first, so that it can be sent again; a large one, or one of
 * unknown length, is passed on as it comes, once the other node has said that it takes it. Not for two threads at once.
 */
final class RelayBody {
    private static final String EXPECT = "Expect";
    private static final int SMALL_BYTES = 16 * 1024;

    private final HttpServletRequest request;
    private final long length;
    private final boolean isPassedOn;
    private final boolean isAbsent;
    private byte @Nullable [] whole;
    private @Nullable RequestStream stream;

    /**
     * Of a request that is suspended.
     *
     * @param kind what it is: one that is ignored is not sent, and an upload is passed on as it comes however small it is
     */
    RelayBody(HttpServletRequest request, Route.Body kind) {
        this.request = request;
        length = request.getContentLengthLong();
        boolean isUpload = kind == Route.Body.JAR || kind == Route.Body.PAYLOAD;
        isPassedOn = isUpload || request.getHeader(EXPECT) != null || length > SMALL_BYTES || length < 0;
        isAbsent = length == 0 || (length < 0 && request.getHeader("Transfer-Encoding") == null);
        if (isAbsent || kind == Route.Body.NONE) {
            whole = new byte[0];
        }
    }

    /** Whether somebody else can still read it from the request. */
    boolean isUntouched() {
        byte[] present = whole;
        RequestStream passed = stream;
        return present == null ? passed == null || !passed.isBegun() : present.length == 0;
    }

    /** Whether it can be sent, perhaps again. */
    boolean isRepeatable() {
        RequestStream passed = stream;
        return whole != null || passed == null || !passed.isBegun();
    }

    /** Whether nothing of it is left on the connection. */
    boolean isWhole() {
        RequestStream passed = stream;
        byte[] present = whole;
        return isAbsent || (present != null && present.length > 0) || (passed != null && passed.isWhole());
    }

    /** Whether it is passed on as it comes. */
    boolean isStream() {
        return whole == null;
    }

    /** Goes on when it can be sent, perhaps on another thread; or says why it cannot. */
    void ready(Runnable next, Consumer<IOException> broken) {
        if (whole != null) {
            next.run();
            return;
        }
        if (isPassedOn) {
            if (stream == null) {
                stream = new RequestStream(request);
            }
            next.run();
            return;
        }
        try {
            ServletInputStream in = request.getInputStream();
            if (in.available() >= length) {
                whole = in.readNBytes((int) length);
                next.run();
            } else {
                in.setReadListener(new Small(in, next, broken));
            }
        } catch (IOException e) {
            broken.accept(e);
        }
    }

    /**
     * Throws away what was not read, unless its client waits to be asked for it or it is too much.
     *
     * @param next what follows, once, perhaps on another thread
     */
    void discard(long most, Runnable next) {
        boolean comes = !isWhole() && request.getHeader(EXPECT) == null && length <= most;
        if (!comes) {
            next.run();
            return;
        }
        RequestStream rest = stream == null ? new RequestStream(request) : stream;
        stream = rest;
        rest.discard(most, next);
    }

    BodyPublisher publisher() {
        byte[] present = whole;
        if (present != null) {
            return present.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(present);
        }
        RequestStream passed = stream;
        if (passed == null) {
            throw new IllegalStateException("the body is not ready");
        }
        return length < 0 ? BodyPublishers.fromPublisher(passed) : BodyPublishers.fromPublisher(passed, length);
    }

    /** Reads a small body that has not come yet. */
    private final class Small implements ReadListener {
        private final ServletInputStream in;
        private final Runnable next;
        private final Consumer<IOException> broken;
        private final byte[] bytes = new byte[(int) length];
        private int count;
        private boolean over;

        Small(ServletInputStream in, Runnable next, Consumer<IOException> broken) {
            this.in = in;
            this.next = next;
            this.broken = broken;
        }

        @Override
        public void onDataAvailable() throws IOException {
            while (!over && count < bytes.length && in.isReady()) {
                int more = in.read(bytes, count, bytes.length - count);
                if (more < 0) {
                    return;
                }
                count += more;
            }
            if (count == bytes.length) {
                end();
            }
        }

        @Override
        public void onAllDataRead() {
            end();
        }

        private void end() {
            if (!over) {
                over = true;
                whole = bytes;
                next.run();
            }
        }

        @Override
        public void onError(Throwable failure) {
            if (!over) {
                over = true;
                broken.accept(new IOException(failure));
            }
        }
    }
}
