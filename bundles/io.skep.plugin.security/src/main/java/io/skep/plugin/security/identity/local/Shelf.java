// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.base.Codec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.UnaryOperator;

/**
 * Entries of one sort by id, in memory, kept in a number of documents by the hash of the id. Changes of one document follow
 * each other without a lock; each is seen once it is kept. Thread-safe.
 *
 * @param <T> a record that JSON can hold
 */
final class Shelf<T> {
    private static final int MAX_PENDING = 256;

    private final KeyStore store;
    private final Codec codec;
    private final String name;
    private final Class<T> type;
    private final int limit;
    private final AtomicReferenceArray<Map<String, T>> parts;
    private final AtomicReferenceArray<CompletableFuture<?>> tails;
    private final AtomicInteger pending = new AtomicInteger();

    private record Document(Map<String, JsonNode> entries) {}

    /**
     * Reads what is kept.
     *
     * @throws IllegalStateException if a document is not one that this wrote: better no start than one without revocations
     */
    Shelf(KeyStore store, Codec codec, String name, Class<T> type, int documents, int limit) {
        this.store = store;
        this.codec = codec;
        this.name = name;
        this.type = type;
        this.limit = limit;
        this.parts = new AtomicReferenceArray<>(documents);
        this.tails = new AtomicReferenceArray<>(documents);
        for (int i = 0; i < documents; i++) {
            parts.set(i, Map.of());
            tails.set(i, CompletableFuture.completedFuture(null));
        }
        reload();
    }

    /** Reads again what is kept, when somebody else may have written. */
    void reload() {
        for (int i = 0; i < parts.length(); i++) {
            // What a change has put there since is newer than what was read.
            Map<String, T> before;
            do {
                before = parts.get(i);
            } while (!parts.compareAndSet(i, before, read(document(i))));
        }
    }

    private Map<String, T> read(String document) {
        Optional<String> text = store.load(document);
        Map<String, T> entries = new TreeMap<>();
        if (text.isPresent()) {
            try {
                for (Map.Entry<String, JsonNode> entry :
                        codec.readKept(text.get(), Document.class).entries().entrySet()) {
                    entries.put(entry.getKey(), codec.readKept(entry.getValue().toString(), type));
                }
            } catch (JsonProcessingException | IllegalArgumentException damaged) {
                throw new IllegalStateException("the document " + document + " cannot be read", damaged);
            }
        }
        return Map.copyOf(entries);
    }

    Optional<T> get(String id) {
        return Optional.ofNullable(parts.get(part(id)).get(id));
    }

    List<T> all() {
        List<T> all = new ArrayList<>();
        for (int i = 0; i < parts.length(); i++) {
            all.addAll(parts.get(i).values());
        }
        return all;
    }

    int size() {
        int size = 0;
        for (int i = 0; i < parts.length(); i++) {
            size += parts.get(i).size();
        }
        return size;
    }

    /**
     * Changes an entry: the function gets what is there, and answers what shall be.
     *
     * @return what is there now, when it is kept; fails with what the function or the store threw, or with an {@link
     *     IllegalStateException} at the limit of entries or of changes that wait
     */
    CompletionStage<Optional<T>> update(String id, UnaryOperator<Optional<T>> change) {
        if (pending.incrementAndGet() > MAX_PENDING) {
            pending.decrementAndGet();
            return CompletableFuture.failedStage(new IllegalStateException("too many changes of " + name + " wait"));
        }
        int part = part(id);
        CompletableFuture<?> done = new CompletableFuture<>();
        CompletableFuture<Optional<T>> result =
                tails.getAndSet(part, done).thenCompose(before -> step(part, id, change));
        result.whenComplete((value, failure) -> {
            pending.decrementAndGet();
            done.complete(null);
        });
        return result;
    }

    private CompletionStage<Optional<T>> step(int part, String id, UnaryOperator<Optional<T>> change) {
        Map<String, T> before = parts.get(part);
        Optional<T> old = Optional.ofNullable(before.get(id));
        Optional<T> now = change.apply(old);
        int more = (now.isPresent() ? 1 : 0) - (old.isPresent() ? 1 : 0);
        Map<String, T> after = new TreeMap<>(before);
        now.ifPresentOrElse(value -> after.put(id, value), () -> after.remove(id));
        String json = codec.write(Map.of("entries", after));
        if ((more > 0 && size() >= limit) || json.length() > KeyStore.MAX_CHARS) {
            throw new IllegalStateException("there are " + size() + " " + name + ", and no room for more");
        }
        return store.save(document(part), json).thenApply(kept -> {
            parts.set(part, Map.copyOf(after));
            return now;
        });
    }

    private int part(String id) {
        return Math.floorMod(id.hashCode(), parts.length());
    }

    private String document(int part) {
        return name + "-" + part;
    }
}
