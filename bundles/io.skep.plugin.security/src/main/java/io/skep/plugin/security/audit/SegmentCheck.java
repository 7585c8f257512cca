// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** Checks one segment against its chain and its checkpoints. Used once. */
final class SegmentCheck {
    private final Path file;
    private final long first;
    private final NavigableMap<Long, Checkpoint> checkpoints;
    private final MessageDigest digest = Hashes.sha256();
    private final MerkleFrontier tree = new MerkleFrontier();
    /** Root and last hash at sizes that somebody else has a checkpoint of. */
    private final Map<Long, String> states = new HashMap<>();

    private String prev;

    /**
     * Prepares a check.
     *
     * @param wanted sizes to keep the state of
     */
    SegmentCheck(
            Directory directory,
            long first,
            String prev,
            NavigableMap<Long, Checkpoint> checkpoints,
            Iterable<Long> wanted) {
        file = directory.segment(first);
        this.first = first;
        this.prev = prev;
        this.checkpoints = checkpoints;
        wanted.forEach(size -> states.put(size, ""));
    }

    /** Reads the segment; {@code follows} says whether there is one after it. */
    void run(boolean follows, Path index) throws IOException, BadLogException {
        if (checkpoints.isEmpty()) {
            throw new BadLogException(file, 0, "no signed checkpoint of it is there");
        }
        try (Lines lines = new Lines(file, 0, Long.MAX_VALUE)) {
            state();
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                long seq = first + tree.size();
                String wrong =
                        lines.isTorn() ? "it is incomplete" : Line.wrong(digest, line, 0, line.length, prev, seq);
                if (wrong != null) {
                    throw new BadLogException(file, seq, wrong);
                }
                tree.add(MerkleTree.leaf(digest, line, 0, line.length));
                prev = Line.hash(line, 0);
                state();
            }
        }
        long largest = checkpoints.lastKey();
        if (largest > tree.size()) {
            throw new BadLogException(
                    file, next(), "it is missing, a signed checkpoint covers " + largest + " events of the segment");
        }
        closing(follows, index);
    }

    private void state() throws BadLogException {
        Checkpoint checkpoint = checkpoints.get(tree.size());
        if (checkpoint != null && !said(checkpoint).equals(said(tree.root(), prev))) {
            throw new BadLogException(
                    file,
                    Math.max(first, next() - 1),
                    "up to here the events are not those of the signed checkpoint of " + tree.size());
        }
        if (states.containsKey(tree.size())) {
            states.put(tree.size(), said(tree.root(), prev));
        }
    }

    private void closing(boolean follows, Path index) throws IOException, BadLogException {
        Checkpoint last = checkpoints.get(tree.size());
        String closed = last == null ? null : last.closed();
        if (closed == null) {
            if (follows) {
                throw new BadLogException(file, next(), "the segment was not closed here, and another one follows");
            }
        } else if (Files.exists(index)
                && !SegmentIndex.hash(Files.readString(index, StandardCharsets.ISO_8859_1))
                        .equals(closed)) {
            throw new BadLogException(index, 0, "it is not the index that was signed; it can be deleted");
        }
    }

    /** Whether a checkpoint, whose size was wanted, says what the segment says. */
    boolean agrees(Checkpoint checkpoint) {
        return said(checkpoint).equals(states.get(checkpoint.size()));
    }

    static String said(Checkpoint checkpoint) {
        return said(checkpoint.root(), checkpoint.chain());
    }

    private static String said(byte[] root, @Nullable String chain) {
        return Hashes.HEX.formatHex(root) + chain;
    }

    /** Number of the event after it. */
    long next() {
        return first + tree.size();
    }

    long size() {
        return tree.size();
    }

    /** Hash of its last event. */
    String prev() {
        return prev;
    }
}
