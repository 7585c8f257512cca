// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a log goes on. The last segment is read as a whole, unless it was closed in this process; of the earlier ones
 * only that their last checkpoints are signed and join one another. A process that is killed can leave an incomplete last
 * line, which nobody was told is durable: it is cut off. Whatever else is not as the log leaves it is refused.
 */
final class Recovery {
    private final Directory directory;
    private final VerifyingKey key;
    private final MessageDigest digest = Hashes.sha256();
    /** Listed once: there may be thousands of segments. */
    private final Map<String, Path> checkpoints;

    Recovery(Directory directory, VerifyingKey key) throws IOException {
        this.directory = directory;
        this.key = key;
        this.checkpoints = directory.lastCheckpoints();
    }

    /**
     * Where it goes on.
     *
     * @throws AuditCorruptException if the files are not as the log leaves them
     */
    Recovered run() throws IOException {
        Files.createDirectories(directory.segments());
        List<Long> firsts = directory.firsts();
        long next = 1;
        String prev = Line.ZERO;
        for (long first : directory.removed()) {
            Tombstone tombstone = directory.tombstone(first, key);
            if (tombstone == null
                    || first != next
                    || tombstone.closing().first() != first
                    || !tombstone.prev().equals(prev)) {
                throw new AuditCorruptException("the tombstone of segment " + first + " is not the log's");
            }
            next = tombstone.next();
            prev = tombstone.closing().chain();
        }
        for (long first : firsts) {
            if (Files.exists(directory.tombstone(first))) {
                // Removing it was interrupted.
                continue;
            }
            if (first != next) {
                throw new AuditCorruptException("segment " + next + " is missing; the next one is " + first);
            }
            Checkpoint last = last(first);
            if (last == null || last.closed() == null) {
                if (first != firsts.get(firsts.size() - 1)) {
                    throw new AuditCorruptException("segment " + first + " has no closing checkpoint");
                }
                Optional<Recovered> left = last == null ? Optional.empty() : Resume.take(directory, key, first, last);
                return left.isPresent() ? left.get() : scan(first, prev, last);
            }
            next = first + last.size();
            prev = last.chain();
        }
        if (checkpoints.containsKey(Line.number(next)) || (next == 1 && !checkpoints.isEmpty())) {
            throw new AuditCorruptException("segment " + next + " is missing");
        }
        return new Recovered(next, prev, 0, new MerkleFrontier(), new SegmentIndex(), -1, 0);
    }

    private @Nullable Checkpoint last(long first) throws IOException {
        Path file = checkpoints.get(Line.number(first));
        if (file == null) {
            return null;
        }
        Checkpoint last = Checkpoint.open(Note.read(file), key);
        if (last == null || last.first() != first) {
            throw new AuditCorruptException("the last checkpoint of segment " + first + " is not signed by the log");
        }
        return last;
    }

    private Recovered scan(long first, String before, @Nullable Checkpoint last) throws IOException {
        Path file = directory.segment(first);
        String prev = before;
        MerkleFrontier tree = new MerkleFrontier();
        SegmentIndex index = new SegmentIndex();
        String signed = "";
        try (Lines lines = new Lines(file, 0, Long.MAX_VALUE)) {
            long offset = 0;
            signed = last != null && last.size() == 0 ? said(tree.root(), prev) : "";
            for (byte[] line = lines.next(); line != null && !lines.isTorn(); line = lines.next()) {
                long seq = first + tree.size();
                String wrong = Line.wrong(digest, line, 0, line.length, prev, seq);
                if (wrong != null) {
                    throw new AuditCorruptException("event " + seq + ": " + wrong);
                }
                AuditRecord parsed = AuditRecord.parse(line);
                index.add(offset, seq, parsed.time().toEpochMilli(), parsed.terms());
                tree.add(MerkleTree.leaf(digest, line, 0, line.length));
                prev = Line.hash(line, 0);
                offset = lines.position();
                signed = last != null && last.size() == tree.size() ? said(tree.root(), prev) : signed;
            }
            long cut = lines.position() - offset;
            check(first, tree.size(), signed, last);
            if (cut > 0) {
                cut(file, offset, cut);
            }
            return new Recovered(first, prev, offset, tree, index, last == null ? -1 : last.size(), cut);
        }
    }

    private static String said(byte[] root, String chain) {
        return Hashes.HEX.formatHex(root) + chain;
    }

    private static void check(long first, long size, String signed, @Nullable Checkpoint last)
            throws AuditCorruptException {
        if (last == null) {
            if (size > 0) {
                throw new AuditCorruptException("segment " + first + " has events and no checkpoint");
            }
        } else if (last.size() > size) {
            throw new AuditCorruptException("segment " + first + " has " + size + " events, but a checkpoint of "
                    + last.size() + ": its end is missing");
        } else if (!said(last.root(), last.chain()).equals(signed)) {
            throw new AuditCorruptException(
                    "segment " + first + " is not what its checkpoint of " + last.size() + " events says");
        }
    }

    private static void cut(Path file, long offset, long cut) throws IOException {
        if (cut > Lines.LONGEST) {
            throw new AuditCorruptException(file + " ends with " + cut + " bytes that are no line");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(offset);
            channel.force(true);
        }
    }
}
