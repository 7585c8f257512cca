// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a log are where.
 *
 * @param root the log's directory
 * @param checkpoints where checkpoints go, which may be another medium
 */
record Directory(Path root, Path checkpoints) {
    static final String LOG = ".log";
    static final String TOMBSTONE = ".tombstone";
    static final String CHECKPOINT = ".checkpoint";
    static final String HOLD = ".hold";

    Path segments() {
        return root.resolve("segments");
    }

    Path holds() {
        return root.resolve("holds");
    }

    Path segment(long first) {
        return segments().resolve(Line.number(first) + LOG);
    }

    Path index(long first) {
        return segments().resolve(Line.number(first) + ".index");
    }

    Path tombstone(long first) {
        return segments().resolve(Line.number(first) + TOMBSTONE);
    }

    Path checkpoint(long first, long size) {
        return checkpoints.resolve(Checkpoint.fileName(first, size));
    }

    /** Numbers of the first events of all segments that are there, in order. */
    List<Long> firsts() throws IOException {
        return numbers(LOG);
    }

    /** The same of those that were removed. */
    List<Long> removed() throws IOException {
        return numbers(TOMBSTONE);
    }

    private List<Long> numbers(String suffix) throws IOException {
        List<Long> numbers = new ArrayList<>();
        for (Path file : Disk.list(segments(), suffix)) {
            String name = file.getFileName().toString();
            String digits = name.substring(0, name.length() - suffix.length());
            if (!digits.matches("00[0-9]{18}")) {
                throw new AuditCorruptException(file + " is no file of the log");
            }
            numbers.add(Long.parseLong(digits));
        }
        return numbers;
    }

    /** The files of the checkpoints of a segment, smallest first. */
    List<Path> checkpointsOf(long first) throws IOException {
        String prefix = Line.number(first) + '-';
        return Disk.list(checkpoints, CHECKPOINT).stream()
                .filter(file -> file.getFileName().toString().startsWith(prefix))
                .toList();
    }

    /** The file of the last checkpoint of each segment, by the number of its first event as in names of files. */
    Map<String, Path> lastCheckpoints() throws IOException {
        Map<String, Path> last = new HashMap<>();
        for (Path file : Disk.list(checkpoints, CHECKPOINT)) {
            String name = file.getFileName().toString();
            last.put(name.substring(0, Math.max(0, name.indexOf('-'))), file);
        }
        return last;
    }

    /** The last checkpoint of a segment; null if there is none, or if the key has not signed it. */
    @Nullable
    Checkpoint lastCheckpoint(long first, VerifyingKey key) throws IOException {
        List<Path> files = checkpointsOf(first);
        return files.isEmpty() ? null : Checkpoint.open(Note.read(files.get(files.size() - 1)), key);
    }

    @Nullable
    Tombstone tombstone(long first, VerifyingKey key) throws IOException {
        try {
            return Tombstone.open(Note.read(tombstone(first)), key);
        } catch (NoSuchFileException none) {
            return null;
        }
    }
}
