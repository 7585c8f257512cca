// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import io.skep.api.Refusal;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.journal.Mark.Place;
import io.skep.plugin.context.journal.Rewriter.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done with the files of a session as a whole: checkpoints, repair, forks, and removing items for good. Thread-safe. */
public final class Surgery {
    private static final Logger LOG = LoggerFactory.getLogger(Surgery.class);

    private final SessionLog log;

    /** On that session. */
    public Surgery(SessionLog log) {
        this.log = log;
    }

    /** A checkpoint that was written: its number, and of what. */
    public record Written(long generation, View view, long bytes) {}

    /** Numbers of the checkpoints that there are, the newest first. */
    public List<Long> checkpoints() {
        return locked(() -> new Checkpoints(log)
                .files().stream().map(Checkpoints::generation).toList());
    }

    /** Writes a checkpoint of the context; durable when this returns. */
    public Written checkpoint(long at, int kept) {
        return locked(() -> {
            if (log.damage() >= 0) {
                throw Refusal.of(
                        Refusal.Reason.UNAVAILABLE,
                        "session " + log.directory().getFileName() + " is damaged; restore it first");
            }
            View view = log.view();
            Path file = new Checkpoints(log).write(view, at, kept);
            return new Written(Checkpoints.generation(file), view, Files.size(file));
        });
    }

    /**
     * What a restoration has found.
     *
     * @param generation number of the checkpoint that was read, or null if there was none that could be
     * @param before revision of the context in it, or 0
     * @param corrupt numbers of those that were tried before, the newest first
     * @param repaired whether the session's file was written anew from it
     */
    public record Restored(@Nullable Long generation, long before, List<Long> corrupt, boolean repaired) {}

    /** Sees that the session has what its newest checkpoint that is whole has; repairs it if not. */
    public Restored restore(long at) {
        return locked(() -> {
            Checkpoints checkpoints = new Checkpoints(log);
            List<Long> corrupt = new ArrayList<>();
            for (Path file : checkpoints.files()) {
                Checkpoints.Read read;
                try {
                    read = checkpoints.read(file);
                } catch (IOException | RuntimeException unreadable) {
                    LOG.warn("checkpoint {} cannot be read: {}", file, unreadable.getMessage());
                    corrupt.add(Checkpoints.generation(file));
                    Files.move(
                            file,
                            file.resolveSibling(file.getFileName() + ".corrupt"),
                            StandardCopyOption.REPLACE_EXISTING);
                    continue;
                }
                boolean whole = isWhole(read);
                if (!whole) {
                    repair(read, at);
                }
                return new Restored(Checkpoints.generation(file), read.head().revision(), List.copyOf(corrupt), !whole);
            }
            if (isDamaged()) {
                repair(null, at);
                return new Restored(null, 0, List.copyOf(corrupt), true);
            }
            return new Restored(null, 0, List.copyOf(corrupt), false);
        });
    }

    private boolean isDamaged() {
        try {
            return log.damage() >= 0;
        } catch (Refusal unreadable) {
            LOG.warn("session {} has to be repaired: {}", log.directory().getFileName(), unreadable.getMessage());
            return true;
        }
    }

    /** Whether the session is not behind the checkpoint, and has its pinned items byte for byte. */
    private boolean isWhole(Checkpoints.Read read) throws IOException {
        if (isDamaged()) {
            return false;
        }
        View view = log.view();
        if (view.revision() < read.head().revision()
                || view.last() < read.head().last()) {
            return false;
        }
        BitSet there = new BitSet();
        for (int number : view.context().all()) {
            there.set(number);
        }
        for (int number : Ranges.of(read.head().pinned()).all()) {
            Place kept = read.items().get(number);
            // What was unpinned or erased by request since then is not missing.
            if (kept != null
                    && view.pinned().get(number)
                    && !(there.get(number) && isSame(read.file(), kept, view, number))) {
                return false;
            }
        }
        return true;
    }

    private boolean isSame(Path checkpoint, Place kept, View view, int number) throws IOException {
        Place now = view.places().inContext(number);
        ByteBuffer one = bytes(checkpoint, kept);
        ByteBuffer other = bytes(log.path(), now);
        return one.position(Index.ITEM_HEADER).equals(other.position(Index.ITEM_HEADER));
    }

    private static ByteBuffer bytes(Path file, Place place) throws IOException {
        return ByteBuffer.wrap(LogFiles.read(file, place.body(), place.length()));
    }

    /** Writes the session's file anew from every record that can be read, and the checkpoint. */
    private void repair(Checkpoints.@Nullable Read read, long at) throws IOException {
        Salvage salvage = new Salvage(log.codec());
        Path old = newest();
        if (old != null) {
            salvage.read(old);
        }
        if (read != null) {
            salvage.add(read);
        }
        Meta meta = salvage.meta();
        if (meta == null) {
            throw new IOException("nothing says of whom it is");
        }
        Path next = old == null ? log.directory().resolve("0000000001.log") : LogFiles.after(old);
        salvage.rewriter().write(next, meta, salvage.revision() + 1, at, salvage.context(), salvage.pinned());
        if (old != null) {
            Files.move(old, old.resolveSibling(old.getFileName() + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
        }
        log.forget();
        LOG.warn("session {} has been repaired", meta.id());
    }

    private @Nullable Path newest() throws IOException {
        try {
            return LogFiles.newest(log.directory());
        } catch (NoSuchFileException none) {
            LOG.warn("session {} has no file any more", log.directory().getFileName());
            return null;
        }
    }

    /**
     * Removes items for good: from the file, and from every checkpoint. Answers the numbers of those that are gone.
     *
     * @param which of them
     */
    public List<Long> erase(Predicate<ContextItem> which, long at, int kept) {
        return locked(() -> {
            View view = log.view();
            TreeSet<Long> gone = new TreeSet<>();
            Ranges archive = view.archive();
            for (ContextItem item : log.items(view, archive, false)) {
                if (which.test(item)) {
                    gone.add(item.number());
                }
            }
            if (gone.isEmpty()) {
                return List.of();
            }
            Path old = log.path();
            Rewriter rewriter = new Rewriter(log.codec());
            for (int number : archive.all()) {
                if (!gone.contains((long) number)) {
                    rewriter.items().put(number, new Source(old, view.places().original(number)));
                }
            }
            view.places().standIns().forEach((number, place) -> {
                if (rewriter.items().containsKey(number)) {
                    rewriter.standIns().put(number, new Source(old, place));
                }
            });
            rewriter.write(LogFiles.after(old), view.meta(), view.revision() + 1, at, view.context(), view.pinned());
            remove(old);
            log.forget();
            checkpointAnew(at, kept);
            return List.copyOf(gone);
        });
    }

    /** Older checkpoints, and files that a repair has left, still have what is gone. */
    private void checkpointAnew(long at, int kept) throws IOException {
        Checkpoints checkpoints = new Checkpoints(log);
        List<Path> before = checkpoints.files();
        if (!before.isEmpty()) {
            log.view();
            checkpoints.write(log.view(), at, kept);
        }
        for (Path file : before) {
            Files.deleteIfExists(file);
        }
        for (String end : List.of(".damaged", ".corrupt")) {
            for (Path file : LogFiles.named(log.directory(), end)) {
                remove(file);
            }
        }
        LogFiles.force(log.directory());
    }

    private static void remove(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /**
     * Makes another session of this one as it was at a revision; false if there is one of that directory.
     *
     * @param revision that is still known, see {@link History#isKnown}
     */
    public boolean fork(Path directory, Meta meta, long revision) {
        return locked(() -> {
            long bytes = new History(log).endOf(revision);
            return LogFiles.create(directory, meta, log.codec(), log.path(), bytes);
        });
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> T locked(Work<T> work) {
        synchronized (log.lock()) {
            try {
                return work.run();
            } catch (IOException failed) {
                LOG.warn(
                        "the files of session {} cannot be used",
                        log.directory().getFileName(),
                        failed);
                throw Refusal.of(
                        Refusal.Reason.UNAVAILABLE,
                        "the files of session " + log.directory().getFileName() + " cannot be used: "
                                + failed.getMessage());
            }
        }
    }
}
