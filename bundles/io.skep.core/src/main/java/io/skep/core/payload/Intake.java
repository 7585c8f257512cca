// SPDX-License-Identifier: Apache-2.0
package io.skep.core.payload;

import io.skep.api.Refusal;
import io.skep.api.payload.Payload;
import io.skep.api.payload.PayloadUpload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One upload, in a file of its own until it is whole. Whatever comes in between, the file goes. */
final class Intake implements PayloadUpload {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    /** After so many bytes the disk is looked at again. */
    private static final long LOOK_BYTES = 1 << 20;

    private final PayloadFiles files;
    private final Room room;
    private final long maxBytes;
    private final Executor executor;
    private final MessageDigest digest = Hashing.sha256();
    private final Path part;
    private final FileChannel channel;
    private long length;
    private long looked;
    private boolean over;

    /** Begins with nothing. */
    Intake(PayloadFiles files, Room room, long maxBytes, Executor executor) throws IOException {
        this.files = files;
        this.room = room;
        this.maxBytes = maxBytes;
        this.executor = executor;
        part = files.newPart();
        channel = FileChannel.open(part, StandardOpenOption.WRITE);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int count) {
        if (over) {
            return;
        }
        if (length + count > maxBytes) {
            throw tooLarge(maxBytes);
        }
        if (length - looked >= LOOK_BYTES) {
            looked = length;
            room.check(count);
        }
        room.take(count);
        length += count;
        digest.update(bytes, offset, count);
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, count);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw refusal(e);
        }
    }

    @Override
    public synchronized CompletionStage<Payload> complete() {
        if (over) {
            return CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.UNAVAILABLE, "the upload is over already"));
        }
        over = true;
        try {
            return CompletableFuture.supplyAsync(this::settle, executor);
        } catch (RejectedExecutionException full) {
            discard();
            return CompletableFuture.failedFuture(Refusal.retryLater(
                    Refusal.Reason.BUSY, "too many payloads wait to be written", Duration.ofSeconds(1)));
        }
    }

    /** Without the lock: nobody else touches the file any more, and nobody shall wait for the disk. */
    private Payload settle() {
        try {
            channel.force(true);
            channel.close();
            String sha256 = Hashing.hex(digest);
            if (!part.toFile().setReadOnly()) {
                LOG.warn("{} stays writable", part);
            }
            room.give(files.settle(part, sha256));
            return new Payload(sha256, length);
        } catch (IOException e) {
            discard();
            throw refusal(e);
        }
    }

    @Override
    public synchronized void close() {
        if (!over) {
            over = true;
            discard();
        }
    }

    private void discard() {
        room.give(length);
        try {
            channel.close();
            Files.deleteIfExists(part);
        } catch (IOException e) {
            LOG.warn("the upload {} stays on disk until the next start", part, e);
        }
    }

    static Refusal tooLarge(long maxBytes) {
        return Refusal.of(
                Refusal.Reason.TOO_LARGE, "a payload may have at most " + maxBytes + " bytes (payload.max.bytes)");
    }

    /** The JDK tells a full disk only by the words of the operating system. */
    static Refusal refusal(IOException failure) {
        String words = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (words.contains("no space") || words.contains("quota")) {
            return Room.full("the disk is full: " + failure.getMessage());
        }
        LOG.warn("a payload cannot be written", failure);
        return Refusal.retryLater(
                Refusal.Reason.UNAVAILABLE,
                "the payload cannot be written: " + failure.getMessage(),
                Duration.ofSeconds(5));
    }
}
