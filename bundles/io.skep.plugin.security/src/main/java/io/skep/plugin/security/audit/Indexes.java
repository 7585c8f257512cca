// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The indexes of closed segments, if they are those that were signed; the ones that were used last stay in memory.
 * Thread-safe; nothing is read under its lock.
 */
final class Indexes {
    private final Directory directory;
    private final VerifyingKey key;
    private final Map<Long, SegmentIndex> recent;

    Indexes(Directory directory, VerifyingKey key, int most) {
        this.directory = directory;
        this.key = key;
        recent = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, SegmentIndex> eldest) {
                return size() > most;
            }
        };
    }

    /** The index of a segment before the one that begins with {@code next}; null if there is none that was signed. */
    @Nullable
    SegmentIndex get(long first, long next) throws IOException {
        SegmentIndex known = recent(first, null);
        if (known == null) {
            known = read(first, next - first);
            recent(first, known);
        }
        return known;
    }

    private synchronized @Nullable SegmentIndex recent(long first, @Nullable SegmentIndex read) {
        if (read != null) {
            recent.put(first, read);
        }
        return recent.get(first);
    }

    // The name of its closing checkpoint is known: to list the checkpoints for each of many segments would take long.
    private @Nullable SegmentIndex read(long first, long size) throws IOException {
        try {
            Checkpoint closing = Checkpoint.open(Note.read(directory.checkpoint(first, size)), key);
            String text = Files.readString(directory.index(first), StandardCharsets.ISO_8859_1);
            return closing != null && SegmentIndex.hash(text).equals(closing.closed())
                    ? SegmentIndex.parse(text, closing.size())
                    : null;
        } catch (NoSuchFileException none) {
            return null;
        }
    }
}
