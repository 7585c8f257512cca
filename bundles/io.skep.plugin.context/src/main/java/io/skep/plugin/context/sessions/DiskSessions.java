// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import io.skep.api.Refusal;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.journal.LogFiles;
import io.skep.plugin.context.journal.Meta;
import io.skep.plugin.context.journal.SessionLog;
import io.skep.plugin.context.journal.Surgery;
import io.skep.plugin.context.journal.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sessions in a directory, each in one of its own. Thread-safe. */
final class DiskSessions implements Sessions {
    private static final Logger LOG = LoggerFactory.getLogger(DiskSessions.class);
    /** Within this time a directory may change twice and still have the same time. */
    private static final long COARSE_MILLIS = 50;

    private static final long CLOSE_NANOS = 500_000_000;

    private final Path directory;
    private final Codec codec;
    private final Clock clock;
    private final SessionSettings settings;
    private final TokenCounter tokens;
    private final String lock;
    private final SortedMap<String, SessionLog> logs = new ConcurrentSkipListMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private @Nullable FileTime listed;

    DiskSessions(Path directory, Codec codec, Clock clock, SessionSettings settings, TokenCounter tokens) {
        this.directory = directory;
        this.codec = codec;
        this.clock = clock;
        this.settings = settings;
        this.tokens = tokens;
        this.lock = ("skep-context:" + directory.toAbsolutePath().normalize()).intern();
    }

    /** Finds what is there, and removes what a crash has left half made. */
    void start(boolean isServing) {
        try {
            Files.createDirectories(directory);
            synchronized (lock) {
                LogFiles.sessions(directory, isServing);
            }
        } catch (IOException failed) {
            throw unavailable(failed);
        }
        look();
    }

    /** Looks whether another generation has opened or erased some. */
    private void look() {
        synchronized (logs) {
            try {
                FileTime changed = Files.getLastModifiedTime(directory);
                if (changed.equals(listed)) {
                    return;
                }
                boolean isOld = System.currentTimeMillis() - changed.toMillis() > COARSE_MILLIS;
                TreeMap<String, Path> there = new TreeMap<>();
                for (Path one : LogFiles.sessions(directory, false)) {
                    there.put(one.getFileName().toString(), one);
                }
                logs.keySet().retainAll(there.keySet());
                there.forEach((id, path) -> logs.computeIfAbsent(id, none -> new SessionLog(path, codec)));
                listed = isOld ? changed : null;
            } catch (IOException failed) {
                throw unavailable(failed);
            }
        }
    }

    static Refusal unavailable(IOException failed) {
        LOG.warn("the directory of sessions cannot be used", failed);
        return Refusal.of(
                Refusal.Reason.UNAVAILABLE, "the directory of sessions cannot be used: " + failed.getMessage());
    }

    @Override
    public List<Session> all() {
        look();
        List<Session> all = new ArrayList<>();
        logs.forEach((id, log) -> said(log).ifPresent(all::add));
        return all;
    }

    @Override
    public List<Session> of(String agent) {
        look();
        List<Session> of = new ArrayList<>();
        logs.forEach((id, log) -> {
            if (isOf(log, agent).orElse(false)) {
                said(log).ifPresent(of::add);
            }
        });
        return of;
    }

    /** Ids of the sessions of an agent, and of those of which nothing can be read. */
    List<String> ofOrUnreadable(String agent) {
        look();
        List<String> ids = new ArrayList<>();
        logs.forEach((id, log) -> {
            if (isOf(log, agent).orElse(true)) {
                ids.add(id);
            }
        });
        return ids;
    }

    /** Whether a session is an agent's, which never changes; empty if it cannot be read. */
    private static Optional<Boolean> isOf(SessionLog log, String agent) {
        try {
            return Optional.of(log.agent().equals(agent));
        } catch (Refusal unreadable) {
            LOG.debug("nobody knows whose {} is", log.directory(), unreadable);
            return Optional.empty();
        }
    }

    /** One that cannot be read is not listed, and does not keep others from being. */
    private static Optional<Session> said(SessionLog log) {
        try {
            return Optional.of(session(log.summary()));
        } catch (Refusal unreadable) {
            LOG.debug("{} is not listed", log.directory(), unreadable);
            return Optional.empty();
        }
    }

    static Session session(SessionLog.Summary said) {
        Meta meta = said.meta();
        return new Session(
                meta.id(),
                meta.agent(),
                meta.tenant(),
                meta.owner(),
                Session.Access.valueOf(meta.access().toUpperCase(Locale.ROOT)),
                meta.title(),
                meta.takesAttempts(),
                meta.openedAt(),
                meta.closedAt(),
                said.changedAt(),
                said.revision(),
                said.items(),
                said.tokens(),
                said.archived(),
                said.bytes());
    }

    @Override
    public Optional<Session> find(String id) {
        look();
        SessionLog log = logs.get(id);
        return log == null ? Optional.empty() : said(log);
    }

    /** The files of a session, if there is one. */
    SessionLog log(String id) {
        look();
        SessionLog log = logs.get(id);
        if (log == null) {
            throw new Declination("there is no session " + shown(id));
        }
        return log;
    }

    private static String shown(String id) {
        return id.substring(0, Math.min(id.length(), 64)).replaceAll("[^A-Za-z0-9._-]", "?");
    }

    @Override
    public Snapshot items(String id) {
        SessionLog log = log(id);
        View view = log.view();
        return new Snapshot(view.revision(), view.tokens(), log.items(view, view.context(), true));
    }

    @Override
    public Snapshot archive(String id) {
        SessionLog log = log(id);
        View view = log.view();
        return new Snapshot(view.revision(), view.tokens(), log.items(view, view.archive(), false));
    }

    @Override
    public List<Long> pinned(String id) {
        return log(id).view().pinned().stream()
                .mapToObj(number -> (long) number)
                .toList();
    }

    @Override
    public List<Long> append(String id, List<Draft> drafts) {
        return log(id).change(appending(drafts, 0)).numbers();
    }

    /**
     * What an append has come to.
     *
     * @param numbers of the items, in order
     * @param revision after it
     * @param repeated whether they had been appended before, with the same key
     */
    record Appended(List<Long> numbers, long revision, boolean repeated) {}

    /** A change that appends; with a key that the session has seen, it appends nothing. */
    SessionLog.Change<Appended> appending(List<Draft> drafts, long key) {
        return batch -> {
            int[] seen = key == 0 ? null : batch.seen(key);
            if (seen != null) {
                List<Long> numbers = new ArrayList<>();
                for (long number = seen[0]; number <= seen[1]; number++) {
                    numbers.add(number);
                }
                return new Appended(numbers, batch.revision(), true);
            }
            Quotas.checkOpen(batch.meta());
            Quotas.checkItems(settings, batch.next() - 1 + drafts.size());
            List<Long> numbers = new ArrayList<>();
            long now = clock.millis();
            for (Draft draft : drafts) {
                long number = batch.next();
                batch.append(draft.numbered(number, now), tokens.count(draft.text()), key);
                numbers.add(number);
            }
            Quotas.checkBytes(settings, batch.fileBytes() + batch.bytes());
            return new Appended(numbers, batch.revision() + drafts.size(), false);
        };
    }

    @Override
    public Session replace(String id, long expected, List<ContextItem> kept, List<Draft> added, String note) {
        SessionLog log = log(id);
        log.change(new Replacing(
                log, tokens, settings, clock.millis(), new Replacing.Wanted(expected, kept, added, note)));
        return session(log.summary());
    }

    private int count(String agent) {
        return (int) logs.values().stream()
                .filter(log -> isOf(log, agent).orElse(false))
                .count();
    }

    /** Makes a session; false if there is one of that name. */
    boolean create(Meta meta) {
        synchronized (lock) {
            look();
            Quotas.checkSessions(settings, meta.agent(), logs.size(), () -> count(meta.agent()));
            try {
                Path its = directory.resolve(meta.id());
                if (!LogFiles.create(its, meta, codec)) {
                    return false;
                }
                logs.put(meta.id(), new SessionLog(its, codec));
                return true;
            } catch (IOException failed) {
                throw unavailable(failed);
            }
        }
    }

    /** Makes a fork; false if there is a session of that name. */
    boolean fork(SessionLog from, Meta meta, long revision) {
        synchronized (lock) {
            look();
            Quotas.checkSessions(settings, meta.agent(), logs.size(), () -> count(meta.agent()));
            Path its = directory.resolve(meta.id());
            if (!new Surgery(from).fork(its, meta, revision)) {
                return false;
            }
            logs.put(meta.id(), new SessionLog(its, codec));
            return true;
        }
    }

    /** Removes a session for good; whether there was one. */
    boolean erase(String id) {
        SessionLog log = log(id);
        boolean there;
        synchronized (lock) {
            try {
                there = LogFiles.erase(log.directory());
            } catch (IOException failed) {
                throw unavailable(failed);
            }
            logs.remove(id);
        }
        listeners.forEach(listener -> listener.erased(id));
        return there;
    }

    /** Removes what an author has said in a session for good, with summaries of it; answers the numbers. */
    List<Long> eraseAuthor(String id, String author) {
        if (archive(id).items().stream().noneMatch(item -> author.equals(item.author()))) {
            return List.of();
        }
        // A summary may say again what the author has said.
        List<Long> gone = new Surgery(log(id))
                .erase(
                        item -> author.equals(item.author()) || item.isSummary(),
                        clock.millis(),
                        settings.checkpoints());
        if (!gone.isEmpty()) {
            listeners.forEach(listener -> listener.erased(id, gone));
        }
        return gone;
    }

    /** Gives memory back of sessions that were not used for so long. */
    void rest(long nanos) {
        logs.values().forEach(log -> log.rest(nanos));
    }

    /** Gives back what it can within half a second. */
    void close() {
        long begun = System.nanoTime();
        for (SessionLog log : logs.values()) {
            if (System.nanoTime() - begun < CLOSE_NANOS) {
                log.rest(0);
            }
        }
    }

    @Override
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** Tells that items were appended. */
    void appended(SessionLog log, List<Long> numbers) {
        if (!listeners.isEmpty() && !numbers.isEmpty()) {
            View view = log.view();
            Session session = session(log.summary());
            List<ContextItem> items = new ArrayList<>();
            List<ContextItem> archive = log.items(view, view.archive(), false);
            int at = archive.size() - view.last();
            numbers.forEach(number -> items.add(archive.get((int) (number - 1 + at))));
            listeners.forEach(listener -> listener.appended(session, items));
        }
    }
}
