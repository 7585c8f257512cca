// SPDX-License-Identifier: Apache-2.0
package io.skep.core.payload;

import io.skep.api.payload.Payload;
import io.skep.api.payload.PayloadLostException;
import io.skep.api.payload.PayloadService;
import io.skep.api.payload.PayloadUpload;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** Payloads in a directory beside the store. */
public final class Payloads implements PayloadService {
    private final PayloadSettings settings;
    private final PayloadFiles files;
    private final Room room;
    private final Executor executor;
    private int holds;

    /**
     * Begins by removing what uploads have left that were cut off by the end of the last server.
     *
     * @param directory made when it is needed; this server's alone
     * @param executor makes uploads durable
     */
    public Payloads(Path directory, PayloadSettings settings, Clock clock, Executor executor) throws IOException {
        this.settings = settings;
        this.executor = executor;
        files = new PayloadFiles(directory, clock);
        room = new Room(settings, directory.toFile()::getUsableSpace);
        files.removeParts();
        if (settings.totalBytes() > 0) {
            files.visit((sha256, attributes) -> room.found(attributes.size()));
        }
    }

    @Override
    public long maxBytes() {
        return settings.maxBytes();
    }

    @Override
    public PayloadUpload begin(long declared) {
        if (declared > settings.maxBytes()) {
            throw Intake.tooLarge(settings.maxBytes());
        }
        try {
            Intake intake = new Intake(files, room, settings.maxBytes(), executor);
            boolean fits = false;
            try {
                room.check(Math.max(0, declared));
                fits = true;
            } finally {
                if (!fits) {
                    intake.close();
                }
            }
            return intake;
        } catch (IOException e) {
            throw Intake.refusal(e);
        }
    }

    @Override
    public Payload find(String sha256) throws PayloadLostException {
        return new Payload(sha256, files.size(sha256));
    }

    @Override
    public InputStream open(String sha256) throws IOException {
        long length = files.size(sha256);
        try {
            return new VerifiedInput(Files.newInputStream(files.path(sha256)), sha256, length);
        } catch (NoSuchFileException e) {
            throw PayloadLostException.missing(sha256);
        }
    }

    @Override
    public Path verify(Payload payload) throws PayloadLostException {
        if (files.size(payload.sha256()) != payload.bytes()) {
            throw PayloadLostException.changed(payload.sha256());
        }
        try (InputStream in = open(payload.sha256())) {
            in.transferTo(OutputStream.nullOutputStream());
            return files.path(payload.sha256());
        } catch (PayloadLostException e) {
            throw e;
        } catch (IOException e) {
            throw PayloadFiles.unreadable(payload.sha256(), e);
        }
    }

    /**
     * Keeps a payload for a while, since a task is about to refer to it.
     *
     * @throws PayloadLostException if it is not there, or has another length
     */
    public void keep(Payload payload) throws PayloadLostException {
        files.touch(payload.sha256());
        long bytes = files.size(payload.sha256());
        if (bytes != payload.bytes()) {
            throw new PayloadLostException(
                    "payload " + payload.name() + " has " + bytes + " bytes, not " + payload.bytes());
        }
    }

    @Override
    public synchronized Hold hold() {
        holds++;
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                release();
            }
        };
    }

    private synchronized void release() {
        holds--;
    }

    /** Removes a payload whose time is before that one, unless they are held; answers whether it went. */
    synchronized boolean remove(String sha256, Instant before) throws IOException {
        long bytes = holds > 0 ? 0 : files.removeIfOlder(sha256, before);
        room.give(bytes);
        return bytes > 0;
    }

    PayloadFiles files() {
        return files;
    }

    /** What all of them have together, as far as a limit is set. */
    long usedBytes() {
        return room.used();
    }
}
