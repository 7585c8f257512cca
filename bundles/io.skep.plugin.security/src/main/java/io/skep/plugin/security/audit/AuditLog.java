// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import io.skep.plugin.base.PluginThreads;
import io.skep.plugin.security.audit.AuditException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An audit log in a directory: what was appended can be shown to be there, unchanged and in order. Thread-safe. It fails
 * closed: an event that is not durable is told so, and after a failure of the disk every later one fails too, until the
 * log is opened again. One process at a time has it.
 */
public final class AuditLog implements AutoCloseable {
    private final AuditSettings settings;
    private final SigningKey key;
    private final SubjectKeys subjects;
    private final Clock clock;
    private final Encoder encoder;
    private final Committer committer;
    private final Searcher searcher;
    private final Retention retention;
    private final Prover prover;
    private final FileChannel lock;
    private final Thread writer;
    private final ExecutorService telling;

    /**
     * Opens the log of a directory, which is made if it is not there.
     *
     * @param root the log's directory
     * @param checkpoints where signed checkpoints go; may be on another medium
     * @param key that signs, whose name is the log's
     * @param subjects keys of persons; their file belongs outside {@code root}
     * @throws AuditCorruptException if its files are not as the log left them
     * @throws IOException if they cannot be used, or another process has the log
     */
    public static AuditLog open(
            Path root, Path checkpoints, SigningKey key, SubjectKeys subjects, AuditSettings settings, Clock clock)
            throws IOException {
        return open(root, checkpoints, Witnesses.NONE, key, subjects, settings, clock);
    }

    /** The same with further directories, which stay the caller's, for copies of the checkpoints. */
    public static AuditLog open(
            Path root,
            Path checkpoints,
            Witnesses witnesses,
            SigningKey key,
            SubjectKeys subjects,
            AuditSettings settings,
            Clock clock)
            throws IOException {
        Files.createDirectories(root);
        FileChannel lock = lock(root.resolve("lock"));
        boolean opened = false;
        try {
            Directory directory = new Directory(root, checkpoints);
            Recovered found = new Recovery(directory, key.verifyingKey()).run();
            Disk.replace(checkpoints.resolve("verifier.key"), key.verifyingKey().encoded() + '\n');
            Journal journal = new Journal(directory, key, settings, clock, found, witnesses);
            AuditLog log = new AuditLog(directory, settings, key, subjects, clock, lock, journal);
            opened = true;
            log.start(found);
            return log;
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    private AuditLog(
            Directory directory,
            AuditSettings settings,
            SigningKey key,
            SubjectKeys subjects,
            Clock clock,
            FileChannel lock,
            Journal journal) {
        this.settings = settings;
        this.key = key;
        this.subjects = subjects;
        this.clock = clock;
        this.lock = lock;
        encoder = new Encoder("skep/" + key.verifyingKey().name(), settings, subjects, UUID::randomUUID);
        telling = Executors.newSingleThreadExecutor(work -> PluginThreads.daemon(work, "audit-telling"));
        committer = new Committer(journal, settings.pending(), settings.batch(), telling);
        searcher = new Searcher(directory, key.verifyingKey(), settings, journal::state);
        retention = new Retention(directory, key, journal::state);
        prover = new Prover(directory, key.verifyingKey());
        writer = PluginThreads.daemon(this::write, "audit-writer");
    }

    private void write() {
        try {
            committer.run();
        } finally {
            // Not before, as those whose events are durable must be told.
            telling.shutdown();
        }
    }

    private void start(Recovered found) {
        writer.start();
        if (found.cut() > 0) {
            append(own("recover", Outcome.SUCCESS).fact("bytes_cut", Long.toString(found.cut())));
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = null;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException ours) {
            held = null;
        } finally {
            if (held == null) {
                channel.close();
            }
        }
        if (held == null) {
            throw new IOException("another process has the audit log, by " + file);
        }
        return channel;
    }

    private AuditEvent own(String action, Outcome outcome) {
        return AuditEvent.of(
                Category.LIFECYCLE,
                Actor.SYSTEM,
                action,
                new Target("audit", key.verifyingKey().name()),
                outcome);
    }

    /**
     * Appends an event. Events of one thread keep their order. The stage ends when the event is durable; it fails with an
     * {@link AuditException} if it is not and will not be, or for {@code FAILED} if that is not known, and with an {@code
     * IllegalArgumentException} if the event has too many facts. Its dependents run on a thread of the log and must not
     * block. A new person's first event waits here for the disk.
     */
    public CompletionStage<Receipt> append(AuditEvent event) {
        return append(event, true);
    }

    /**
     * As {@link #append(AuditEvent)}.
     *
     * @param isAwaited whether somebody waits until it is durable; if not, it may collect with others for a moment, and is
     *     encoded by the thread that writes it
     */
    public CompletionStage<Receipt> append(AuditEvent event, boolean isAwaited) {
        AuditException stopped = committer.stopped();
        if (stopped != null) {
            return CompletableFuture.failedFuture(stopped);
        }
        try {
            encoder.check(event);
            Instant now = clock.instant();
            if (!isAwaited) {
                return committer.append(() -> encoder.encode(event, now), false);
            }
            Entry entry = encoder.encode(event, now);
            return committer.append(() -> entry, true);
        } catch (IllegalArgumentException wrong) {
            return CompletableFuture.failedFuture(wrong);
        } catch (IOException failed) {
            return CompletableFuture.failedFuture(
                    new AuditException(Reason.FAILED, "the key of a person cannot be kept", failed));
        }
    }

    /** Why it takes no more events, if it does not. */
    public Optional<AuditException> stopped() {
        return Optional.ofNullable(committer.stopped());
    }

    /**
     * Finds durable events, in the order of the log.
     *
     * @param after number of the event after which to begin; 0 for the first page
     * @param most events to answer with; the settings may allow fewer
     * @throws IOException if a segment cannot be read
     */
    public Page query(Query query, long after, int most) throws IOException {
        return searcher.search(query, after, most);
    }

    /** What stands for a person in the log; null if nothing does, or if it was erased. */
    public @Nullable String pseudonym(String person) {
        SubjectKey known = subjects.find(person);
        return known == null ? null : known.pseudonym();
    }

    /**
     * Makes everything that is encrypted about a person unreadable for ever, and records that it was done, of a person who
     * then has no name.
     *
     * @return ends when that is recorded; whether there was something to erase
     * @throws IOException if the key could not be destroyed
     */
    public CompletionStage<Boolean> erase(String person, Actor by) throws IOException {
        String pseudonym = pseudonym(person);
        if (pseudonym == null || !subjects.erase(person)) {
            return CompletableFuture.completedFuture(false);
        }
        AuditEvent event =
                AuditEvent.of(Category.USER_ACCESS, by, "erase", new Target("pseudonym", pseudonym), Outcome.SUCCESS);
        return append(event).thenApply(receipt -> true);
    }

    /**
     * Removes closed segments that are older than the settings keep, oldest first, up to one that a hold covers. Each leaves
     * a signed tombstone, and its removal is recorded. Blocks for the disk.
     *
     * @return numbers of the first events of the removed segments
     */
    public List<Long> retain() throws IOException {
        Instant now = clock.instant();
        List<Tombstone> removed = retention.sweep(now, now.minus(settings.retention()));
        for (Tombstone tombstone : removed) {
            append(own("remove_segment", Outcome.SUCCESS)
                    .fact("first", Long.toString(tombstone.closing().first()))
                    .fact("size", Long.toString(tombstone.closing().size()))
                    .fact("chain", tombstone.closing().chain()));
        }
        return removed.stream().map(tombstone -> tombstone.closing().first()).toList();
    }

    /**
     * Keeps all segments with events between two times, whatever their age, until the hold is released. The stage ends when
     * that is recorded too.
     *
     * @param name of the hold, {@code [a-z0-9._-]{1,64}}
     * @throws IllegalArgumentException if the name is none or taken
     */
    public CompletionStage<Receipt> hold(String name, Instant from, Instant to, String reason, Actor by)
            throws IOException {
        retention.hold(name, from, to);
        AuditEvent event =
                AuditEvent.of(Category.LIFECYCLE, by, "hold", new Target("audit_hold", name), Outcome.SUCCESS);
        return append(
                event.fact("from", from.toString()).fact("to", to.toString()).fact("reason", reason));
    }

    /**
     * Ends a hold.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public CompletionStage<Receipt> release(String name, Actor by) throws IOException {
        retention.release(name);
        return append(
                AuditEvent.of(Category.LIFECYCLE, by, "release", new Target("audit_hold", name), Outcome.SUCCESS));
    }

    /**
     * A proof that an event is covered by a signed checkpoint; empty if none covers it yet or its segment was removed.
     * Reads the event's segment.
     */
    public Optional<InclusionProof> prove(long seq) throws IOException {
        return prover.prove(seq);
    }

    /** What its signatures are checked with. */
    public VerifyingKey verifyingKey() {
        return key.verifyingKey();
    }

    /**
     * Writes what was accepted, signs it, and ends.
     *
     * @throws IOException if that takes longer than the settings say; then it still goes on, and keeps its lock
     */
    @Override
    public void close() throws IOException {
        committer.close();
        try {
            writer.join(Math.max(1, settings.closing().toMillis()));
            telling.awaitTermination(settings.closing().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the audit log was still writing when this was interrupted");
        }
        if (writer.isAlive()) {
            // The files are still in use, so nobody else may have them.
            throw new IOException("the audit log is still writing after " + settings.closing());
        }
        lock.close();
    }
}
