// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A temporary file that a jar goes into. Thread-safe, since the exchange may end on one thread while another one still
 * writes: after {@link #close} nothing is left of it, whoever comes last.
 */
final class UploadFile implements AutoCloseable {
    /** Each may fill the disk up to the limit: few at a time. */
    static final int AT_ONCE = 4;

    private static final Logger LOG = LoggerFactory.getLogger(UploadFile.class);
    private static final Semaphore PERMITS = new Semaphore(AT_ONCE);

    private final int maxBytes;
    private final Path path;
    private final OutputStream out;
    private long length;
    private boolean closed;

    private UploadFile(int maxBytes) throws IOException {
        this.maxBytes = maxBytes;
        path = Files.createTempFile("skep-upload-", ".jar");
        out = Files.newOutputStream(path);
    }

    /**
     * A new, empty file that only its owner may read.
     *
     * @throws Refusal if there are too many, or it cannot be made
     */
    static UploadFile open(int maxBytes) {
        if (!PERMITS.tryAcquire()) {
            throw Refusal.of(Refusal.Reason.BUSY, AT_ONCE + " jars are being taken already");
        }
        try {
            return new UploadFile(maxBytes);
        } catch (IOException e) {
            PERMITS.release();
            throw unwritable(e);
        }
    }

    /**
     * Adds to it.
     *
     * @throws Refusal if it would be too large, or cannot be written
     */
    synchronized void append(byte[] chunk, int count) {
        length += count;
        if (length > maxBytes) {
            throw tooLarge(maxBytes);
        }
        try {
            if (!closed) {
                out.write(chunk, 0, count);
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /**
     * The file, to which nothing is added any more.
     *
     * @param declared how long it must be, or -1 if nobody said
     * @throws Refusal if it is not
     */
    synchronized Path whole(long declared) {
        if (closed || (declared >= 0 && length != declared)) {
            throw brokenOff();
        } else if (length == 0) {
            throw Refusal.invalid("jar", "the body must be the jar; it is empty");
        }
        try {
            out.close();
            return path;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Deletes it; a second time does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        PERMITS.release();
        try {
            out.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("the upload {} stays on disk", path, e);
        }
    }

    static Refusal tooLarge(int maxBytes) {
        return Refusal.of(Refusal.Reason.TOO_LARGE, "the jar may have at most " + maxBytes + " bytes (max.jar.bytes)");
    }

    static Refusal brokenOff() {
        return Refusal.of(Refusal.Reason.INVALID, "the body broke off");
    }

    private static Refusal unwritable(IOException failure) {
        LOG.warn("a jar cannot be taken", failure);
        return Refusal.of(Refusal.Reason.UNAVAILABLE, "the temporary directory of the server cannot be written to");
    }
}
