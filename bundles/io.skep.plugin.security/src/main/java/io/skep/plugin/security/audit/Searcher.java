// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Answers queries from the segments. The index says which blocks need not be read; it is believed only if it is the one
 * whose hash was signed when the segment was closed, else the whole segment is read. Thread-safe.
 */
final class Searcher {
    private final Directory directory;
    private final Indexes indexes;
    private final AuditSettings settings;
    private final Supplier<Journal.State> growing;

    Searcher(Directory directory, VerifyingKey key, AuditSettings settings, Supplier<Journal.State> growing) {
        this.directory = directory;
        indexes = new Indexes(directory, key, settings.indexes());
        this.settings = settings;
        this.growing = growing;
    }

    /** What was read and found so far in one answer. */
    private final class Answer {
        final List<AuditRecord> found = new ArrayList<>();
        final Query query;
        final int most;
        long last;
        int scanned;

        Answer(Query query, long after, int most) {
            this.query = query;
            this.last = after;
            this.most = most;
        }

        boolean isFull() {
            return found.size() >= most || scanned >= settings.scan();
        }
    }

    Page search(Query query, long after, int most) throws IOException {
        Answer answer = new Answer(query, after, Math.min(most, settings.page()));
        // First, as the segment that grows may be closed meanwhile; then it is read as one that was closed.
        Journal.State active = growing.get();
        List<Long> firsts = directory.firsts();
        for (int i = 0; i < firsts.size(); i++) {
            long first = firsts.get(i);
            boolean passed = i + 1 < firsts.size() && firsts.get(i + 1) <= answer.last + 1;
            if (passed || first > active.first()) {
                continue;
            }
            long next = i + 1 < firsts.size() ? firsts.get(i + 1) : active.first();
            try {
                read(first, next, active, answer);
            } catch (NoSuchFileException removed) {
                // By retention, since the directory was listed.
                continue;
            }
            if (answer.isFull()) {
                return new Page(answer.found, answer.last);
            }
        }
        return new Page(answer.found, 0);
    }

    private void read(long first, long next, Journal.State active, Answer answer) throws IOException {
        boolean grows = first == active.first();
        long end = grows ? active.bytes() : Files.size(directory.segment(first));
        SegmentIndex index = grows ? active.index() : indexes.get(first, next);
        if (index == null) {
            read(first, 0, end, answer);
            return;
        }
        List<SegmentIndex.Block> blocks = index.blocks();
        List<String> terms = answer.query.terms();
        for (int i = 0; i < blocks.size() && !answer.isFull(); i++) {
            SegmentIndex.Block block = blocks.get(i);
            boolean passed = i + 1 < blocks.size() && blocks.get(i + 1).first <= answer.last + 1;
            if (!passed
                    && answer.query.overlaps(block.earliest(), block.latest())
                    && terms.stream().allMatch(block::mayHave)) {
                long until = i + 1 < blocks.size() ? Math.min(end, blocks.get(i + 1).offset) : end;
                read(first, block.offset, until, answer);
            }
        }
    }

    private void read(long first, long from, long until, Answer answer) throws IOException {
        try (Lines lines = new Lines(directory.segment(first), from, until)) {
            while (!answer.isFull()) {
                byte[] line = lines.next();
                if (line == null) {
                    return;
                }
                AuditRecord event = AuditRecord.parse(line);
                if (event.seq() > answer.last) {
                    answer.scanned++;
                    answer.last = event.seq();
                    if (answer.query.matches(event)) {
                        answer.found.add(event);
                    }
                }
            }
        }
    }
}
