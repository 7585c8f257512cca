// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import io.skep.plugin.base.PluginThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Further directories, on other media or machines, that get a copy of each signed checkpoint: what is there shows when the
 * log and its own checkpoints were put back to an earlier state together. A copy is never overwritten by another, and only
 * those are removed that were written since the log was opened, when a later one of the same segment says what they did. A
 * directory that cannot be written holds nobody up; the next checkpoint, which covers more, is tried again. Thread-safe; one
 * thread of its own, while there is something to write.
 */
public final class Witnesses implements AutoCloseable {
    /** None. */
    public static final Witnesses NONE = new Witnesses(List.of());

    private static final Logger LOG = LoggerFactory.getLogger(Witnesses.class);
    private static final int MAX_WAITING = 1000;
    private static final int CLOSING_SECONDS = 5;

    private final List<Path> places;
    /** By directory, why the last copy could not be written there. */
    private final Map<Path, String> troubles = new ConcurrentHashMap<>();
    /** By directory, the copy of the segment that grows, which was written here. Of the one thread alone. */
    private final Map<Path, Path> own = new TreeMap<>();

    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            work -> PluginThreads.daemon(work, "audit-witness"),
            new ThreadPoolExecutor.DiscardOldestPolicy());

    /** In these directories, which are made when they are needed. */
    public Witnesses(List<Path> places) {
        this.places = List.copyOf(places);
        thread.allowCoreThreadTimeOut(true);
    }

    /** Has a signed checkpoint copied, soon. */
    void put(Checkpoint checkpoint, String note) {
        if (!places.isEmpty()) {
            thread.execute(() -> places.forEach(place -> copy(place, checkpoint, note)));
        }
    }

    private void copy(Path place, Checkpoint checkpoint, String note) {
        Path file = place.resolve(checkpoint.fileName());
        try {
            if (Files.exists(file)) {
                if (!Files.readString(file).equals(note)) {
                    throw new IOException(file + " is there already and says something else: the log was put back");
                }
            } else {
                Disk.replace(file, note);
            }
            Path before = own.put(place, file);
            if (before != null && !before.equals(file) && isOf(before, checkpoint)) {
                Files.deleteIfExists(before);
            }
            troubles.remove(place);
        } catch (IOException failed) {
            if (troubles.put(place, String.valueOf(failed.getMessage())) == null) {
                LOG.warn("a checkpoint of the audit log could not be copied to {}", place, failed);
            }
        }
    }

    private static boolean isOf(Path file, Checkpoint checkpoint) {
        return String.valueOf(file.getFileName()).startsWith(Line.number(checkpoint.first()) + '-');
    }

    /** The copies that there are, for {@link Verifier#verify}; of a directory that cannot be read none, see {@link #notes}. */
    public List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (Path place : places) {
            try {
                files.addAll(Disk.list(place, Directory.CHECKPOINT));
            } catch (IOException unreadable) {
                troubles.put(place, "it cannot be read: " + unreadable.getMessage());
            }
        }
        return files;
    }

    /** What is wrong with the directories now, one sentence each. */
    public List<String> notes() {
        return new TreeMap<>(troubles)
                .entrySet().stream()
                        .map(trouble -> "the witness " + trouble.getKey() + " is behind: " + trouble.getValue())
                        .toList();
    }

    /** Writes what waits, for a few seconds at most. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
