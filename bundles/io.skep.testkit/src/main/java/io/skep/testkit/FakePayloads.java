// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit;

import io.skep.api.Refusal;
import io.skep.api.payload.Payload;
import io.skep.api.payload.PayloadLostException;
import io.skep.api.payload.PayloadService;
import io.skep.api.payload.PayloadUpload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Payloads in a directory, which a test may look into and change; refuses on demand. Thread-safe. */
public final class FakePayloads implements PayloadService {
    private final Path directory;
    private final AtomicInteger open = new AtomicInteger();
    private volatile long maxBytes = 64 << 20;
    private volatile @Nullable Refusal refusal;

    /** In a directory that exists. */
    public FakePayloads(Path directory) {
        this.directory = directory;
    }

    /** Changes the limit. */
    public FakePayloads limit(long bytes) {
        maxBytes = bytes;
        return this;
    }

    /** What every write is refused with from now on, or null. */
    public void refuse(@Nullable Refusal next) {
        refusal = next;
    }

    /** Uploads that have begun and neither ended nor been closed. */
    public int open() {
        return open.get();
    }

    /** Where a payload is, or would be. */
    public Path file(String sha256) {
        return directory.resolve(sha256);
    }

    /** Puts a payload there. */
    public Payload put(byte[] bytes) {
        try {
            Payload payload = new Payload(sha256(bytes), bytes.length);
            Files.write(file(payload.sha256()), bytes);
            return payload;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long maxBytes() {
        return maxBytes;
    }

    @Override
    public PayloadUpload begin(long declared) {
        check(declared);
        open.incrementAndGet();
        return new Taken();
    }

    @Override
    public Payload find(String sha256) throws PayloadLostException {
        try {
            return new Payload(sha256, Files.size(file(sha256)));
        } catch (IOException e) {
            throw PayloadLostException.missing(sha256);
        }
    }

    @Override
    public InputStream open(String sha256) throws IOException {
        find(sha256);
        byte[] bytes = Files.readAllBytes(file(sha256));
        if (sha256(bytes).equals(sha256)) {
            return new ByteArrayInputStream(bytes);
        }
        byte[] but = Arrays.copyOf(bytes, Math.max(0, bytes.length - 1));
        return new SequenceInputStream(new ByteArrayInputStream(but), new Broken(sha256));
    }

    @Override
    public Path verify(Payload payload) throws PayloadLostException {
        try {
            if (find(payload.sha256()).bytes() == payload.bytes()
                    && sha256(Files.readAllBytes(file(payload.sha256()))).equals(payload.sha256())) {
                return file(payload.sha256());
            }
        } catch (PayloadLostException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw PayloadLostException.changed(payload.sha256());
    }

    @Override
    public Hold hold() {
        return () -> {};
    }

    private void check(long bytes) {
        Refusal present = refusal;
        if (present != null) {
            throw present;
        } else if (bytes > maxBytes) {
            throw Refusal.of(
                    Refusal.Reason.TOO_LARGE, "a payload may have at most " + maxBytes + " bytes (payload.max.bytes)");
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static final class Broken extends InputStream {
        private final String sha256;

        Broken(String sha256) {
            this.sha256 = sha256;
        }

        @Override
        public int read() throws IOException {
            throw PayloadLostException.changed(sha256);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            throw PayloadLostException.changed(sha256);
        }
    }

    private final class Taken implements PayloadUpload {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean over;

        @Override
        public synchronized void write(byte[] more, int offset, int length) {
            check(bytes.size() + (long) length);
            bytes.write(more, offset, length);
        }

        @Override
        public synchronized CompletionStage<Payload> complete() {
            close();
            return CompletableFuture.completedFuture(put(bytes.toByteArray()));
        }

        @Override
        public synchronized void close() {
            if (!over) {
                over = true;
                open.decrementAndGet();
            }
        }
    }
}
