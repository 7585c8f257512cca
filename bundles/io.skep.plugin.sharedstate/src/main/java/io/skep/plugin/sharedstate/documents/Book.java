// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.documents;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.PluginState.Document;
import io.skep.api.plugin.StateChange;
import io.skep.plugin.base.Declination;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a group of requests of one tenant sees and changes: what is kept, and on top of it what the requests before have
 * changed. All of it becomes one {@link StateChange}, on the condition that the tenant's ledger is what it was; every change
 * of a tenant changes its ledger. For one thread.
 */
final class Book {
    /** Of deletions that are too many so many are forgotten at once, oldest first. */
    private static final int FORGOTTEN_AT_ONCE = 100;

    private final Kept kept;
    private final String tenant;
    private final Limits limits;
    private final long now;
    private final Optional<Document> before;
    private final Map<String, Optional<Document>> written = new HashMap<>();
    private Map<String, Optional<Document>> open = new HashMap<>();
    private Ledger ledger;
    private boolean revised;
    private StateChange.@Nullable Delegation delegation;

    Book(Kept kept, String tenant, Limits limits, long now) {
        this.kept = kept;
        this.tenant = tenant;
        this.limits = limits;
        this.now = now;
        this.before = kept.find(Kept.ledgerKey(tenant));
        this.ledger = before.map(document -> kept.read(Kept.ledgerKey(tenant), document, Ledger.class))
                .orElse(Ledger.NEW);
    }

    /**
     * Does what one request asks, all or nothing.
     *
     * @throws Declination as the request does; then it has changed nothing
     */
    <T> T carry(Function<Book, T> request) {
        Ledger was = ledger;
        open = new HashMap<>();
        revised = false;
        boolean carried = false;
        try {
            T result = request.apply(this);
            written.putAll(open);
            carried = true;
            return result;
        } finally {
            if (!carried) {
                ledger = was;
                delegation = null;
            }
            open = new HashMap<>();
        }
    }

    /** How many documents change so far. */
    int size() {
        return written.size();
    }

    /** How long what changes is so far, in characters. */
    long chars() {
        return written.values().stream()
                .mapToLong(
                        document -> document.map(kept -> kept.json().length()).orElse(0))
                .sum();
    }

    /** All that has been carried out. */
    StateChange change() {
        String key = Kept.ledgerKey(tenant);
        Map<String, Optional<Document>> all = new HashMap<>(written);
        if (!all.isEmpty()) {
            all.put(key, Optional.of(kept.write(ledger)));
        }
        return new StateChange(Map.of(key, before), all, delegation);
    }

    /** The time, in milliseconds since 1970. */
    long now() {
        return now;
    }

    /** The revision of the tenant's last change. */
    long revision() {
        return ledger.revision();
    }

    /** Revision of the newest deletion that is forgotten. */
    long forgotten() {
        return ledger.forgotten();
    }

    /** With the documents, the task is given to an agent. */
    void delegate(StateChange.Delegation wanted) {
        delegation = wanted;
    }

    /** The revision of what this request changes. */
    long revise() {
        if (!revised) {
            if (ledger.revision() == 0 && kept.startingWith(Kept.ledgerKey("")).size() >= limits.tenants()) {
                throw new Declination(limits.tenants() + " tenants have documents, which is the limit");
            }
            ledger = ledger.revised();
            revised = true;
        }
        return ledger.revision();
    }

    /** The document, or what is left of it. */
    Optional<Entry> entry(String key) {
        String stored = Kept.entryKey(tenant, key);
        return find(stored).map(document -> kept.read(stored, document, Entry.class));
    }

    /** The document, if there is one. */
    Optional<Entry> present(String key) {
        return entry(key).filter(entry -> !entry.deleted());
    }

    private Optional<Document> find(String stored) {
        Optional<Document> own = open.get(stored);
        Optional<Document> earlier = own == null ? written.get(stored) : own;
        return earlier == null ? kept.find(stored) : earlier;
    }

    /** The documents whose keys begin so, in order, with their heads. */
    SortedMap<String, Kept.Head> heads(String prefix) {
        String stored = Kept.entryKey(tenant, prefix);
        Map<String, Document> all = new TreeMap<>(kept.startingWith(stored));
        overlay(all, written, stored);
        overlay(all, open, stored);
        int skip = Kept.entryKey(tenant, "").length();
        SortedMap<String, Kept.Head> heads = new TreeMap<>();
        all.forEach((key, document) -> heads.put(key.substring(skip), kept.head(key, document)));
        return heads;
    }

    private static void overlay(Map<String, Document> all, Map<String, Optional<Document>> changes, String prefix) {
        changes.forEach((key, document) -> {
            if (key.startsWith(prefix)) {
                all.remove(key);
                document.ifPresent(there -> all.put(key, there));
            }
        });
    }

    /** A document as it was seen among {@link #heads}. */
    Entry entry(String key, Kept.Head head) {
        return kept.read(key, head.document(), Entry.class);
    }

    /** The document says that from now on. */
    void put(String key, JsonNode value, Reach reach) {
        int chars = kept.chars(value);
        if (chars > limits.valueChars()) {
            throw new Declination("the value of document " + key + " has " + chars + " characters as JSON; at most "
                    + limits.valueChars() + " are taken");
        }
        Entry was = entry(key).orElse(null);
        Entry there = was == null || was.deleted() ? null : was;
        if (there != null) {
            reach.checkChanges(key, there.owner());
        }
        long revision = revise();
        long more = chars - (there == null ? 0L : charsOf(there));
        ledger = ledger.withDocuments(there == null ? 1 : 0, more);
        if (was != null && was.deleted()) {
            ledger = ledger.withDeleted(-1);
        }
        requireRoom(there == null, more > 0);
        String owner = there == null ? reach.caller() : there.owner();
        open.put(
                Kept.entryKey(tenant, key),
                Optional.of(kept.write(new Entry(revision, false, value, owner, reach.caller(), now))));
    }

    private void requireRoom(boolean isNew, boolean grows) {
        if (isNew && ledger.documents() > limits.documents()) {
            throw new Declination("tenant " + tenant + " has " + limits.documents() + " documents, which is the limit");
        }
        if (grows && ledger.chars() > limits.chars()) {
            throw new Declination("the documents of tenant " + tenant + " would have " + ledger.chars()
                    + " characters together; at most " + limits.chars() + " are kept");
        }
    }

    private long charsOf(Entry entry) {
        return kept.chars(Objects.requireNonNull(entry.value()));
    }

    /** The document goes; whether there was one. */
    boolean delete(String key, Reach reach) {
        Entry there = present(key).orElse(null);
        if (there == null) {
            return false;
        }
        reach.checkChanges(key, there.owner());
        long revision = revise();
        ledger = ledger.withDocuments(-1, -charsOf(there)).withDeleted(1);
        open.put(
                Kept.entryKey(tenant, key),
                Optional.of(kept.write(new Entry(revision, true, null, there.owner(), reach.caller(), now))));
        if (ledger.deleted() > limits.deleted()) {
            forgetDeletions();
        }
        return true;
    }

    private void forgetDeletions() {
        List<Map.Entry<String, Kept.Head>> oldest = heads("").entrySet().stream()
                .filter(entry -> entry.getValue().deleted())
                .sorted(Comparator.comparingLong(entry -> entry.getValue().revision()))
                .limit(Math.min(FORGOTTEN_AT_ONCE, 1 + limits.deleted() / 2))
                .toList();
        for (Map.Entry<String, Kept.Head> entry : oldest) {
            open.put(Kept.entryKey(tenant, entry.getKey()), Optional.empty());
            ledger = ledger.withDeleted(-1).forgetting(entry.getValue().revision());
        }
    }

    /** The lock, ended or not, if it was ever taken and has not been forgotten. */
    Optional<Lock> lock(String name) {
        String stored = Kept.lockKey(tenant, name);
        return find(stored).map(document -> kept.read(stored, document, Lock.class));
    }

    /** The lock, if somebody holds it. */
    Optional<Lock> held(String name) {
        return lock(name).filter(lock -> lock.isHeld(now));
    }

    /** The lock is that from now on. */
    void put(String name, Lock lock) {
        if (lock(name).isEmpty()) {
            ledger = ledger.withLocks(1);
            if (ledger.locks() > limits.locks()) {
                forgetEndedLocks();
            }
        }
        open.put(Kept.lockKey(tenant, name), Optional.of(kept.write(lock)));
    }

    private void forgetEndedLocks() {
        int left = FORGOTTEN_AT_ONCE;
        for (Map.Entry<String, Document> entry :
                kept.startingWith(Kept.lockKey(tenant, "")).entrySet()) {
            String key = entry.getKey();
            boolean ended = !kept.read(key, entry.getValue(), Lock.class).isHeld(now);
            if (left > 0 && ended && !written.containsKey(key) && !open.containsKey(key)) {
                open.put(key, Optional.empty());
                ledger = ledger.withLocks(-1);
                left--;
            }
        }
        if (ledger.locks() > limits.locks()) {
            throw new Declination("tenant " + tenant + " has " + limits.locks() + " locks, which is the limit");
        }
    }

    /** Nobody holds the lock any more. */
    void free(String name) {
        open.put(Kept.lockKey(tenant, name), Optional.empty());
        ledger = ledger.withLocks(-1);
    }
}
