// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Removes old segments, but for those that a hold covers. Thread-safe; what it does, it does one at a time. */
final class Retention {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    private final Directory directory;
    private final SigningKey key;
    private final Supplier<Journal.State> growing;

    Retention(Directory directory, SigningKey key, Supplier<Journal.State> growing) {
        this.directory = directory;
        this.key = key;
        this.growing = growing;
    }

    private record Hold(Instant from, Instant to) {
        boolean covers(long earliest, long latest) {
            return latest >= from.toEpochMilli() && earliest <= to.toEpochMilli();
        }
    }

    synchronized void hold(String name, Instant from, Instant to) throws IOException {
        Path file = file(name);
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("a hold ends after it begins");
        }
        if (Files.exists(file)) {
            throw new IllegalArgumentException("there is a hold " + name);
        }
        Disk.replace(file, from + "\n" + to + '\n');
    }

    synchronized void release(String name) throws IOException {
        if (!Files.deleteIfExists(file(name))) {
            throw new IllegalArgumentException("there is no hold " + name);
        }
        Disk.force(directory.holds());
    }

    private Path file(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name of a hold: " + name);
        }
        return directory.holds().resolve(name + Directory.HOLD);
    }

    /** Removes closed segments whose last event is before {@code limit}, up to the first that must stay. */
    synchronized List<Tombstone> sweep(Instant now, Instant limit) throws IOException {
        List<Hold> holds = holds();
        List<Tombstone> removed = new ArrayList<>();
        for (long first : directory.firsts()) {
            if (first >= growing.get().first()) {
                break;
            }
            if (Files.exists(directory.tombstone(first))) {
                delete(first);
                continue;
            }
            Tombstone tombstone = old(first, holds, now, limit);
            if (tombstone == null) {
                break;
            }
            Disk.replace(directory.tombstone(first), key.sign(tombstone.text()));
            delete(first);
            removed.add(tombstone);
        }
        return removed;
    }

    /** The tombstone of a segment that may go; null if it must stay. */
    private @Nullable Tombstone old(long first, List<Hold> holds, Instant now, Instant limit) throws IOException {
        Checkpoint closing = directory.lastCheckpoint(first, key.verifyingKey());
        if (closing == null || closing.closed() == null) {
            throw new AuditCorruptException("segment " + first + " has no closing checkpoint");
        }
        String prev = Line.ZERO;
        long earliest = Long.MAX_VALUE;
        long latest = Long.MIN_VALUE;
        // From the events, not the index: that is only as good as whoever could write to it.
        try (Lines lines = new Lines(directory.segment(first), 0, Long.MAX_VALUE)) {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                AuditRecord event = AuditRecord.parse(line);
                prev = event.seq() == first ? Line.prev(line, 0) : prev;
                earliest = Math.min(earliest, event.time().toEpochMilli());
                latest = Math.max(latest, event.time().toEpochMilli());
            }
        }
        long from = earliest;
        long to = latest;
        boolean stays = to >= limit.toEpochMilli() || holds.stream().anyMatch(hold -> hold.covers(from, to));
        return stays ? null : new Tombstone(closing, prev, now);
    }

    private List<Hold> holds() throws IOException {
        List<Hold> holds = new ArrayList<>();
        for (Path file : Disk.list(directory.holds(), Directory.HOLD)) {
            List<String> lines = Files.readAllLines(file);
            holds.add(new Hold(Instant.parse(lines.get(0)), Instant.parse(lines.get(1))));
        }
        return holds;
    }

    /** The segment last, so that what was interrupted is found and ended by the next sweep. */
    private void delete(long first) throws IOException {
        for (Path checkpoint : directory.checkpointsOf(first)) {
            Files.delete(checkpoint);
        }
        Files.deleteIfExists(directory.index(first));
        Files.delete(directory.segment(first));
        Disk.force(directory.segments());
    }
}
