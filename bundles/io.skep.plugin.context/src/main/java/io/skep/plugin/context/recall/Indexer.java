// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import io.skep.api.Refusal;
import io.skep.api.embedding.Embedder;
import io.skep.plugin.base.Declination;
import io.skep.plugin.context.archive.Archive;
import io.skep.plugin.context.archive.Archive.Place;
import io.skep.plugin.context.consolidation.Pace;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.sessions.Session;
import io.skep.plugin.context.sessions.Sessions;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the archive's index like the sessions: what is new comes in, what was erased goes. What it has not been told, as
 * another generation did it, it finds when it looks. {@link #work} is for one thread, the rest is thread-safe.
 */
final class Indexer {
    private static final int VECTORS_AT_ONCE = 8;
    private static final Logger LOG = LoggerFactory.getLogger(Indexer.class);

    private final Sessions sessions;
    private final Archive archive;
    private final Map<String, Integer> known = new HashMap<>();
    private final Set<String> behind = new HashSet<>();
    private final Queue<String> order = new ArrayDeque<>();

    Indexer(Sessions sessions, Archive archive) {
        this.sessions = sessions;
        this.archive = archive;
    }

    /** A session has more items than before. */
    synchronized void changed(String session) {
        if (behind.add(session)) {
            order.add(session);
        }
    }

    /** A session, or some of it, is gone: nothing of it may be found any more, and what is left is read anew. */
    void erased(String session, boolean whole) {
        archive.remove(session);
        synchronized (this) {
            known.remove(session);
        }
        if (!whole) {
            changed(session);
        }
    }

    /** Compares with all sessions. */
    void look() {
        Set<String> there = new HashSet<>();
        for (Session session : sessions.all()) {
            there.add(session.id());
            if (indexed(session.id()) != session.archived()) {
                changed(session.id());
            }
        }
        List<String> gone;
        synchronized (this) {
            gone = known.keySet().stream().filter(id -> !there.contains(id)).toList();
        }
        gone.forEach(id -> erased(id, true));
    }

    private synchronized int indexed(String session) {
        return known.getOrDefault(session, 0);
    }

    synchronized int behind() {
        return behind.size();
    }

    private synchronized String next() {
        String session = order.poll();
        behind.remove(session);
        return session == null ? "" : session;
    }

    /** Reads one session that is behind; false if none is. */
    boolean work(Pace pace) {
        String id = next();
        if (id.isEmpty()) {
            return false;
        }
        try {
            List<ContextItem> all = sessions.archive(id).items();
            int before = indexed(id);
            // Fewer than before: some were erased, and so the others have to be read anew.
            if (all.size() < before) {
                archive.remove(id);
                before = 0;
            }
            for (int i = before; i < all.size(); i++) {
                pace.step();
                archive.add(id, all.get(i));
            }
            synchronized (this) {
                known.put(id, all.size());
            }
        } catch (Declination gone) {
            archive.remove(id);
        } catch (Refusal unreadable) {
            LOG.warn("session {} cannot be read now, and is not found in: {}", id, unreadable.getMessage());
        }
        return true;
    }

    /** Gives vectors to some items that have none; false if there is nothing to do, or nobody to do it. */
    boolean understand(Embedder embedder, Pace pace) {
        List<Place> places = archive.withoutVector(embedder.model(), VECTORS_AT_ONCE);
        for (Place place : places) {
            List<ContextItem> all;
            try {
                all = sessions.archive(place.session()).items();
            } catch (Declination gone) {
                archive.remove(place.session());
                continue;
            }
            at(all, place.number(), embedder, place, pace);
        }
        return !places.isEmpty();
    }

    /** Gives vectors to what has just left a context. */
    void understand(Embedder embedder, String session, Collection<ContextItem> items, Pace pace) {
        for (ContextItem item : items) {
            pace.step();
            archive.put(embedder.model(), new Place(session, item.number()), embedder.embed(Archive.meant(item)));
        }
    }

    private void at(List<ContextItem> all, long number, Embedder embedder, Place place, Pace pace) {
        pace.step();
        ContextItem item = Items.find(all, number);
        if (item == null) {
            archive.remove(place.session());
            changed(place.session());
        } else {
            archive.put(embedder.model(), place, embedder.embed(Archive.meant(item)));
        }
    }
}
