// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The segment that grows: adds events to its end, signs checkpoints of it, and begins the next one. Used by one thread,
 * but for {@link #state}.
 */
final class Journal implements Closeable {
    private final Directory directory;
    private final SigningKey key;
    private final AuditSettings settings;
    private final Clock clock;
    private final Witnesses witnesses;
    private final MessageDigest digest = Hashes.sha256();
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream(1 << 16);

    private FileChannel channel;
    private long first;
    private long next;
    private String prev;
    private long bytes;
    private MerkleFrontier tree;
    private SegmentIndex index;
    private Instant began;
    private long signed;
    private Instant signedAt;
    private volatile State state;

    /**
     * What readers may see of the segment that grows.
     *
     * @param first number of its first event
     * @param bytes that are durable
     * @param index of it, which may already have events that are not durable
     */
    record State(long first, long bytes, SegmentIndex index) {}

    /** Goes on with what recovery found. */
    Journal(
            Directory directory,
            SigningKey key,
            AuditSettings settings,
            Clock clock,
            Recovered found,
            Witnesses witnesses)
            throws IOException {
        this.directory = directory;
        this.key = key;
        this.settings = settings;
        this.clock = clock;
        this.witnesses = witnesses;
        first = found.first();
        next = found.first() + found.tree().size();
        prev = found.prev();
        bytes = found.bytes();
        tree = found.tree();
        index = found.index();
        signed = found.signed();
        began = clock.instant();
        signedAt = began;
        state = new State(first, bytes, index);
        channel = open(directory.segment(first));
        try {
            if (signed < 0) {
                sign(null);
            }
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    /** Adds an event to the batch. */
    Receipt add(Entry entry) {
        byte[] line = Line.of(digest, prev, next, entry.body());
        index.add(bytes + batch.size(), next, entry.millis(), entry.terms());
        batch.writeBytes(line);
        batch.write('\n');
        tree.add(MerkleTree.leaf(digest, line, 0, line.length));
        prev = Line.hash(line, 0);
        return new Receipt(next++, prev);
    }

    /** Makes the batch durable. After an exception nothing more may be asked of this. */
    void commit() throws IOException {
        Disk.write(channel, ByteBuffer.wrap(batch.toByteArray()));
        channel.force(false);
        bytes += batch.size();
        batch.reset();
        state = new State(first, bytes, index);
    }

    /** Signs a checkpoint or begins the next segment if it is time, between batches. */
    void maintain() throws IOException {
        Instant now = clock.instant();
        boolean old = !now.isBefore(began.plus(settings.segmentAge()));
        if (tree.size() > 0 && (old || bytes >= settings.segmentBytes())) {
            roll();
        } else if (tree.size() - signed >= settings.checkpointEvents()
                || (tree.size() > signed && !now.isBefore(signedAt.plus(settings.checkpointAge())))) {
            sign(null);
        }
    }

    /** How long there is nothing to maintain, unless events come. */
    Duration rest() {
        return tree.size() == signed
                ? settings.segmentAge()
                : Duration.between(clock.instant(), signedAt.plus(settings.checkpointAge()));
    }

    private void roll() throws IOException {
        String text = index.text();
        Disk.replace(directory.index(first), text);
        sign(SegmentIndex.hash(text));
        channel.close();
        for (Path earlier : directory.checkpointsOf(first)) {
            // The last one says all that they did.
            if (!earlier.equals(directory.checkpoint(first, tree.size()))) {
                Files.delete(earlier);
            }
        }
        first = next;
        bytes = 0;
        tree = new MerkleFrontier();
        index = new SegmentIndex();
        began = clock.instant();
        channel = open(directory.segment(first));
        Disk.force(directory.segments());
        sign(null);
        state = new State(first, bytes, index);
    }

    private void sign(@Nullable String closed) throws IOException {
        Checkpoint checkpoint =
                new Checkpoint(key.verifyingKey().name(), first, tree.size(), tree.root(), prev, closed);
        String note = key.sign(checkpoint.text());
        Disk.replace(directory.checkpoint(first, tree.size()), note);
        witnesses.put(checkpoint, note);
        signed = tree.size();
        signedAt = clock.instant();
    }

    /** What readers may see. By any thread. */
    State state() {
        return state;
    }

    /** Signs what is not signed, and leaves where it is for who goes on. */
    void finish() throws IOException {
        if (tree.size() > signed) {
            sign(null);
        }
        if (tree.size() > 0) {
            Resume.leave(directory, key, first, tree, index);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
