// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Where in a segment events may be: for each block of {@value #BLOCK} events its offset in bytes, its first number, its
 * earliest and latest time and a Bloom filter of its terms. It only saves reading; it can be made again from the segment,
 * and its hash is signed with the segment's last checkpoint. One thread adds, others may read.
 */
final class SegmentIndex {
    static final int BLOCK = 1024;

    private final List<Block> blocks = new ArrayList<>();
    private long events;

    /** A block; the newest one still changes, so readers get copies of it. */
    static final class Block {
        final long offset;
        final long first;
        private long earliest = Long.MAX_VALUE;
        private long latest = Long.MIN_VALUE;
        private final Bloom terms;

        Block(long offset, long first, Bloom terms) {
            this.offset = offset;
            this.first = first;
            this.terms = terms;
        }

        long earliest() {
            return earliest;
        }

        long latest() {
            return latest;
        }

        boolean mayHave(String term) {
            return terms.mayHave(term);
        }

        private void span(long from, long to) {
            earliest = Math.min(earliest, from);
            latest = Math.max(latest, to);
        }

        private Block copy() {
            Block copy = new Block(offset, first, terms.copy());
            copy.span(earliest, latest);
            return copy;
        }

        private String line() {
            return offset + " " + first + ' ' + earliest + ' ' + latest + ' ' + terms.encode() + '\n';
        }
    }

    /** Adds an event that begins at an offset. */
    synchronized void add(long offset, long seq, long millis, List<String> terms) {
        if (events++ % BLOCK == 0) {
            blocks.add(new Block(offset, seq, new Bloom()));
        }
        Block block = blocks.get(blocks.size() - 1);
        block.span(millis, millis);
        terms.forEach(block.terms::add);
    }

    /** The blocks as they are now, in order. */
    synchronized List<Block> blocks() {
        return blocks.stream().map(Block::copy).toList();
    }

    synchronized String text() {
        StringBuilder text = new StringBuilder();
        blocks.forEach(block -> text.append(block.line()));
        return text.toString();
    }

    /** Reads what {@link #text} wrote of so many events.
     *
     * @throws IllegalArgumentException if it is not that
     */
    static SegmentIndex parse(String text, long events) {
        SegmentIndex index = new SegmentIndex();
        index.events = events;
        for (String line : text.split("\n")) {
            String[] parts = line.split(" ");
            if (parts.length != 5) {
                throw new IllegalArgumentException("not an index");
            }
            Block block = new Block(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Bloom.decode(parts[4]));
            block.span(Long.parseLong(parts[2]), Long.parseLong(parts[3]));
            index.blocks.add(block);
        }
        return index;
    }

    static String hash(String text) {
        return Hashes.HEX.formatHex(Hashes.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
