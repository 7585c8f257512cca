// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import io.skep.api.Refusal;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.journal.Index.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of one session. A change is durable when it is answered; those that wait at the same time are synced together.
 * Whatever a crash has left of a change that was not answered is cut off when the file is read next. Several generations
 * may have the same file open: they take turns by a lock of the whole JVM, and each reads first what others have written.
 * Thread-safe.
 */
public final class SessionLog {
    private static final Logger LOG = LoggerFactory.getLogger(SessionLog.class);
    private static final int MAX_WAITING = 10_000;

    private final Path directory;
    private final Codec codec;
    /** The same object for every generation: the JVM has one of each interned text. */
    private final String lock;

    private final Queue<Waiting<?>> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean pumping = new AtomicBoolean();
    private @Nullable Index index;
    private @Nullable View view;
    private @Nullable Path file;
    private long damage = -1;
    private volatile @Nullable Summary summary;
    private volatile long usedNanos = System.nanoTime();

    /**
     * What there is to say of a session without its file at hand.
     *
     * @param meta what is known besides the items
     * @param revision of the context
     * @param items in it
     * @param tokens of these together
     * @param archived items ever appended
     * @param bytes of the file
     * @param changedAt when it was written last, milliseconds since 1970 UTC
     */
    public record Summary(Meta meta, long revision, int items, long tokens, int archived, long bytes, long changedAt) {}

    /** Something to do with the session that changes it. */
    public interface Change<T> {
        /**
         * Writes into the batch what becomes, and answers what its maker is told when that is durable.
         *
         * @throws Declination if nothing is to be changed; a {@link Refusal} likewise
         */
        T make(Batch batch);
    }

    private record Waiting<T>(Change<T> change, CompletableFuture<T> done) {}

    /** Of the session in that directory. */
    public SessionLog(Path directory, Codec codec) {
        this.directory = directory;
        this.codec = codec;
        this.lock = ("skep-context:" + directory.toAbsolutePath().normalize()).intern();
    }

    /** Where it is, with its checkpoints. */
    public Path directory() {
        return directory;
    }

    /** Makes a change on this thread, with those that wait; returns when it is durable. */
    public <T> T change(Change<T> change) {
        CompletableFuture<T> done = submit(change);
        drain();
        try {
            return done.join();
        } catch (CompletionException ended) {
            if (ended.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw ended;
        }
    }

    /**
     * Has a change made, by this thread or by one that makes changes already, which then syncs them together. The stage ends
     * when it is durable, or as {@link Change#make} or the disk refuses it.
     */
    public <T> CompletableFuture<T> changeLater(Change<T> change) {
        CompletableFuture<T> done = submit(change);
        while (!queue.isEmpty() && pumping.compareAndSet(false, true)) {
            try {
                drain();
            } finally {
                pumping.set(false);
            }
        }
        return done;
    }

    private <T> CompletableFuture<T> submit(Change<T> change) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return CompletableFuture.failedFuture(Refusal.of(
                    Refusal.Reason.BUSY, MAX_WAITING + " changes of this session wait already; try again later"));
        }
        CompletableFuture<T> done = new CompletableFuture<>();
        queue.add(new Waiting<>(change, done));
        return done;
    }

    /** Makes the changes that wait, and syncs once; those who wait are told after the lock is given back. */
    private void drain() {
        List<Runnable> told = new ArrayList<>();
        synchronized (lock) {
            List<Waiting<?>> taken = new ArrayList<>();
            for (Waiting<?> one = queue.poll(); one != null; one = queue.poll()) {
                taken.add(one);
            }
            waiting.addAndGet(-taken.size());
            if (!taken.isEmpty()) {
                make(taken, told);
            }
        }
        told.forEach(Runnable::run);
    }

    private void make(List<Waiting<?>> taken, List<Runnable> told) {
        try {
            Index now = current();
            if (damage >= 0) {
                throw damaged();
            }
            try (FileChannel channel = FileChannel.open(path(), StandardOpenOption.WRITE)) {
                boolean wrote = false;
                for (Waiting<?> one : taken) {
                    wrote |= make(one, now, channel, told);
                }
                if (wrote) {
                    channel.force(false);
                }
            }
            summarize(now, System.currentTimeMillis());
        } catch (IOException failed) {
            forget();
            Refusal refusal = unavailable(failed);
            told.clear();
            taken.forEach(one -> told.add(() -> one.done().completeExceptionally(refusal)));
        } catch (Refusal | Declination refused) {
            taken.forEach(one -> told.add(() -> one.done().completeExceptionally(refused)));
        }
    }

    private <T> boolean make(Waiting<T> one, Index now, FileChannel channel, List<Runnable> told) throws IOException {
        Batch batch = new Batch(now, codec, Objects.requireNonNull(now.meta()));
        T answer;
        try {
            answer = one.change().make(batch);
        } catch (Declination | Refusal refused) {
            told.add(() -> one.done().completeExceptionally(refused));
            return false;
        } catch (RuntimeException failed) {
            LOG.warn("a change of session {} has failed", batch.meta().id(), failed);
            told.add(() -> one.done().completeExceptionally(failed));
            return false;
        }
        if (!batch.isEmpty()) {
            byte[] coded = batch.coded();
            long from = now.end();
            write(channel, coded, from);
            batch.taken(coded, from);
            view = null;
        }
        told.add(() -> one.done().complete(answer));
        return !batch.isEmpty();
    }

    private static void write(FileChannel channel, byte[] bytes, long from) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer, from + buffer.position());
        }
    }

    /** The session as it stands. */
    public View view() {
        return reading(now -> {
            View known = view;
            if (known == null) {
                known = now.view(Objects.requireNonNull(now.meta()));
                view = known;
            }
            return known;
        });
    }

    /** What there is to say, read again if others have written. */
    public Summary summary() {
        Summary known = summary;
        try {
            if (known == null) {
                known = Head.read(directory, codec).orElse(null);
                summary = known;
                file = known == null ? file : LogFiles.newest(directory);
            }
            Path at = file;
            if (known != null && at != null && Files.size(at) == known.bytes()) {
                return known;
            }
        } catch (IOException gone) {
            LOG.debug("{} is read again", directory, gone);
        }
        return reading(now -> summarize(now, modified()));
    }

    /** Whose the session is, which never changes. */
    public String agent() {
        Summary known = summary;
        return (known == null ? summary() : known).meta().agent();
    }

    private long modified() {
        try {
            return Files.getLastModifiedTime(path()).toMillis();
        } catch (IOException gone) {
            return 0;
        }
    }

    private Summary summarize(Index now, long changedAt) {
        Summary said = new Summary(
                Objects.requireNonNull(now.meta()),
                now.revision(),
                now.size(),
                now.tokens(),
                now.last(),
                now.end(),
                changedAt);
        summary = said;
        return said;
    }

    /** Changes other than by appending, oldest first. */
    List<Step> steps() {
        return reading(now -> List.copyOf(now.steps()));
    }

    /** Where the file was damaged otherwise than at its end, by which it takes no changes; -1 if it is whole. */
    public long damage() {
        return reading(now -> damage);
    }

    <T> T reading(Function<Index, T> question) {
        synchronized (lock) {
            try {
                return question.apply(current());
            } catch (IOException failed) {
                throw unavailable(failed);
            }
        }
    }

    /** The items of these numbers, as they are in the context or as they were appended. */
    public List<ContextItem> items(View of, Ranges numbers, boolean asInContext) {
        return new StoredItems(path(), of, numbers, asInContext ? of.places()::inContext : of.places()::original);
    }

    /** Gives back the memory that its index takes, if it was not used for so long. */
    public void rest(long nanos) {
        if (System.nanoTime() - usedNanos > nanos) {
            synchronized (lock) {
                Summary now = summary;
                if (index != null && now != null && damage < 0 && file != null) {
                    Head.write(file, now, codec);
                }
                forget();
            }
        }
    }

    /** Reads the file anew next time. */
    void forget() {
        index = null;
        view = null;
    }

    Path path() {
        Path now = file;
        if (now == null) {
            throw Refusal.of(Refusal.Reason.UNAVAILABLE, "the session in " + directory.getFileName() + " has no file");
        }
        return now;
    }

    String lock() {
        return lock;
    }

    Codec codec() {
        return codec;
    }

    private Refusal damaged() {
        return Refusal.of(
                Refusal.Reason.UNAVAILABLE,
                "session " + directory.getFileName() + " is damaged at byte " + damage
                        + " of its file and takes no changes before it is repaired");
    }

    private Refusal unavailable(IOException failed) {
        LOG.warn("the file of session {} cannot be used", directory.getFileName(), failed);
        return Refusal.of(
                Refusal.Reason.UNAVAILABLE,
                "the file of session " + directory.getFileName() + " cannot be used: " + failed.getMessage());
    }

    /** What the file says now; with the lock. */
    private Index current() throws IOException {
        usedNanos = System.nanoTime();
        Index known = index;
        Path at = file;
        if (known != null && at != null) {
            try {
                long size = Files.size(at);
                if (size == known.end() || damage >= 0) {
                    return known;
                }
                if (size > known.end()) {
                    read(known, at);
                    return known;
                }
            } catch (NoSuchFileException rewritten) {
                LOG.debug("{} has been rewritten", at, rewritten);
            }
        }
        return load();
    }

    private Index load() throws IOException {
        Path at = LogFiles.newest(directory);
        Index loaded = new Index(codec);
        damage = -1;
        file = at;
        read(loaded, at);
        if (loaded.meta() == null) {
            throw new IOException("it does not say of whom it is");
        }
        index = loaded;
        return loaded;
    }

    private void read(Index into, Path at) throws IOException {
        view = null;
        try (FileChannel channel = FileChannel.open(at, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            FrameReader reader = new FrameReader(channel, into.end());
            for (Frames.Frame frame = reader.next(); frame != null; frame = reader.next()) {
                into.take(frame, reader.body());
            }
            if (reader.position() < channel.size() && reader.skipDamage()) {
                damage = into.end();
                LOG.error("session {} is damaged at byte {} of {}", directory.getFileName(), damage, at);
            } else if (channel.size() > into.end() && into.meta() != null) {
                LOG.info("{} bytes of {} that nobody was answered for are cut off", channel.size() - into.end(), at);
                channel.truncate(into.end());
                channel.force(false);
            }
        }
        if (into.meta() != null) {
            summarize(into, modified());
        }
    }
}
