// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.archive;

import io.skep.api.embedding.Embedder;
import io.skep.plugin.context.consolidation.Background;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.words.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds items of sessions by what they say: by their words and those of their neighbours (BM25), and where there is an
 * encoder also by their meaning. An index only, in memory: the items themselves are kept with their sessions, and it is made
 * of them again at a start. At {@code mostItems} it forgets the item that it has had for longest, at {@code mostVectors} it
 * takes no more vectors; both are counted. Thread-safe; many may search at the same time.
 */
public final class Archive implements Background {
    /** What the meaning can add to the score, where the words can add one. */
    public static final double MEANING = 0.5;

    /** How many items that may not be found stand before the last one found at most. */
    private static final int MOST_PASSED_OVER = 1_000;

    private static final int LEAST_TO_COMPACT = 1_024;

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Words words = new Words();
    private final int mostItems;
    private final int mostVectors;
    private final Map<String, Integer> ordinals = new HashMap<>();
    private final List<Members> sessions = new ArrayList<>();
    private Index index = new Index();
    private Vectors vectors = new Vectors();
    private int oldest;
    private int withoutVector;
    private long forgotten;

    /**
     * Empty.
     *
     * @param mostItems that it knows, about 300 bytes each for a message of usual length
     * @param mostVectors that it keeps, as many bytes each as the model's vectors have numbers, and some forty
     */
    public Archive(int mostItems, int mostVectors) {
        this.mostItems = mostItems;
        this.mostVectors = mostVectors;
    }

    /**
     * An item of a session.
     *
     * @param session the session's id
     * @param number the item's number
     */
    public record Place(String session, long number) {}

    /**
     * How much it knows.
     *
     * @param items that can be found
     * @param terms different ones
     * @param vectors how many items can be found by their meaning
     * @param forgotten how many items there was no room for any more
     */
    public record Size(long items, long terms, long vectors, long forgotten) {}

    /** Adds an item, unless it is there or its number is below that of one that is. */
    public void add(String session, ContextItem item) {
        lock.writeLock().lock();
        try {
            Members members = members(session);
            int last = members.last();
            if (last != Documents.NONE && index.documents().number(last) >= item.number()) {
                return;
            }
            List<String> terms = words.terms(item.text());
            String author = item.author();
            if (author != null) {
                terms.addAll(words.terms(author));
            }
            members.add(index.add(members.ordinal(), item.number(), terms, last));
            while (index.documents().left() > mostItems) {
                forget(oldest++);
            }
            compact();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Forgets a session. */
    public void remove(String session) {
        lock.writeLock().lock();
        try {
            Integer ordinal = ordinals.remove(session);
            if (ordinal != null) {
                Members members = sessions.get(ordinal);
                for (int i = 0; i < members.size(); i++) {
                    drop(members.get(i));
                }
                members.remove();
                compact();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** What of an item is given to an encoder. */
    public static String meant(ContextItem item) {
        return item.author() == null ? item.text() : item.author() + ": " + item.text();
    }

    /** Some items that have no vector of this model yet; empty if there is no room for more. */
    public List<Place> withoutVector(String model, int most) {
        lock.writeLock().lock();
        try {
            Documents documents = index.documents();
            List<Place> places = new ArrayList<>();
            int room = Math.min(most, mostVectors - vectors.size(model));
            withoutVector = vectors.nextWithout(model, withoutVector, documents);
            for (int i = withoutVector; i < documents.size() && places.size() < room; i++) {
                if (!documents.isGone(i) && !vectors.has(model, i)) {
                    places.add(new Place(sessions.get(documents.session(i)).session(), documents.number(i)));
                }
            }
            return places;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Keeps the vector of an item, if the item is there and there is room. */
    public void put(String model, Place place, float[] vector) {
        lock.writeLock().lock();
        try {
            Integer ordinal = ordinals.get(place.session());
            int document =
                    ordinal == null ? Documents.NONE : sessions.get(ordinal).find(place.number(), index.documents());
            if (document == Documents.NONE || index.documents().isGone(document)) {
                return;
            }
            if (vectors.size(model) < mostVectors) {
                vectors.put(model, document, vector);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /**
     * What fits a question best, the best first.
     *
     * @param embedder null for by words only; its first call is on this thread
     * @throws IllegalStateException if the embedder has gone or is busy
     */
    public List<Found> search(Ask ask, @Nullable Embedder embedder) {
        Set<String> terms = new LinkedHashSet<>(new Words().terms(ask.text()));
        // Before the lock: it may take some milliseconds.
        Optional<Meaning> meaning =
                Optional.ofNullable(embedder).map(encoder -> new Meaning(encoder.model(), encoder.embed(ask.text())));
        List<Found> ranked;
        lock.readLock().lock();
        try {
            ranked = new Search(index, vectors, sessions, ask)
                    .run(terms, meaning.orElse(null), ask.most() + MOST_PASSED_OVER);
        } finally {
            lock.readLock().unlock();
        }
        // After the lock: to say which items may be found, files may have to be read.
        return ranked.stream()
                .filter(found -> ask.items().may(found.session(), found.number()))
                .limit(ask.most())
                .toList();
    }

    /** How much it knows. */
    public Size size() {
        lock.readLock().lock();
        try {
            return new Size(index.documents().left(), index.terms(), vectors.size(), forgotten);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public long items() {
        return size().items();
    }

    @Override
    public long itemsWith(String term) {
        lock.readLock().lock();
        try {
            return index.with(term);
        } finally {
            lock.readLock().unlock();
        }
    }

    private Members members(String session) {
        Integer ordinal = ordinals.get(session);
        if (ordinal != null) {
            return sessions.get(ordinal);
        }
        Members members = new Members(session, sessions.size());
        ordinals.put(session, members.ordinal());
        sessions.add(members);
        return members;
    }

    private void forget(int document) {
        if (!index.documents().isGone(document)) {
            drop(document);
            forgotten++;
        }
    }

    private void drop(int document) {
        if (!index.documents().isGone(document)) {
            index.documents().remove(document);
            vectors.remove(document);
        }
    }

    /** Once half of it is gone, all is moved together. */
    private void compact() {
        int size = index.documents().size();
        if (size < LEAST_TO_COMPACT || index.documents().left() > size / 2) {
            return;
        }
        int[] places = new int[size];
        index = index.compacted(places);
        vectors = vectors.moved(places);
        sessions.forEach(members -> members.move(places));
        oldest = 0;
        withoutVector = 0;
    }
}
