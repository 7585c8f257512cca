// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.documents;

import com.fasterxml.jackson.databind.node.LongNode;
import io.skep.plugin.base.Declination;
import io.skep.plugin.sharedstate.documents.Results.Changed;
import io.skep.plugin.sharedstate.documents.Results.Conflict;
import io.skep.plugin.sharedstate.documents.Results.Counted;
import io.skep.plugin.sharedstate.documents.Results.Held;
import io.skep.plugin.sharedstate.documents.Results.Released;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What requests change in a book: each first looks whether it may, so that it changes all or nothing. */
final class Changes {
    private Changes() {}

    static Changed set(Book book, Reach reach, Requests.Set asked) {
        return transact(book, reach, new Requests.Transact(null, null, List.of(asked), null, null));
    }

    static Changed delete(Book book, Reach reach, Requests.Delete asked) {
        String key = Requests.checkedKey("key", asked.key());
        List<Requests.Condition> conditions =
                asked.revision() == null ? List.of() : List.of(new Requests.Condition(key, asked.revision()));
        return transact(book, reach, new Requests.Transact(conditions, null, null, null, List.of(key)));
    }

    static Counted add(Book book, Reach reach, Requests.Add asked) {
        String key = Requests.checkedKey("key", asked.key());
        Changed changed = transact(book, reach, new Requests.Transact(null, null, null, List.of(asked), null));
        return new Counted(changed.done(), changed.revision(), number(book, key), changed.conflicts());
    }

    static Changed transact(Book book, Reach reach, Requests.Transact asked) {
        requireEachOnce(asked);
        List<Conflict> conflicts = new ArrayList<>();
        for (Requests.Condition condition : some(asked.conditions())) {
            check(book, Requests.checkedKey("key", condition.key()), condition.revision(), conflicts);
        }
        for (Requests.Fence fence : some(asked.locks())) {
            check(book, fence, conflicts);
        }
        for (Requests.Set set : some(asked.set())) {
            check(book, Requests.checkedKey("key", set.key()), set.revision(), conflicts);
        }
        for (Requests.Add add : some(asked.add())) {
            String key = Requests.checkedKey("key", add.key());
            check(book, key, add.revision(), conflicts);
            checkBounds(book, key, add, conflicts);
        }
        if (!conflicts.isEmpty()) {
            return new Changed(false, book.revision(), conflicts);
        }
        some(asked.set())
                .forEach(set ->
                        book.put(Requests.checkedKey("key", set.key()), Objects.requireNonNull(set.value()), reach));
        some(asked.add()).forEach(add -> {
            String key = Requests.checkedKey("key", add.key());
            book.put(key, LongNode.valueOf(sum(book, key, add)), reach);
        });
        some(asked.delete()).forEach(key -> book.delete(Requests.checkedKey("delete", key), reach));
        return new Changed(true, book.revision(), List.of());
    }

    private static <T> List<T> some(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static void requireEachOnce(Requests.Transact asked) {
        List<String> keys = new ArrayList<>(some(asked.delete()));
        some(asked.set()).forEach(set -> keys.add(Requests.checkedKey("key", set.key())));
        some(asked.add()).forEach(add -> keys.add(Requests.checkedKey("key", add.key())));
        if (new HashSet<>(keys).size() < keys.size()) {
            throw new Declination("a document is changed once by a request, and one is named twice");
        }
    }

    private static void check(Book book, String key, @Nullable Long revision, List<Conflict> conflicts) {
        long present = book.present(key).map(Entry::revision).orElse(0L);
        if (revision != null && revision != present) {
            String reason = present == 0
                    ? "there is no document " + key
                    : revision == 0
                            ? "there is a document " + key
                            : "document " + key + " is of revision " + present + ", not " + revision;
            conflicts.add(new Conflict(key, present, reason));
        }
    }

    private static void check(Book book, Requests.Fence fence, List<Conflict> conflicts) {
        String name = Requests.checkedKey("lock", fence.lock());
        Lock lock = book.held(name).orElse(null);
        if (lock == null) {
            conflicts.add(new Conflict(name, 0, "nobody holds lock " + name));
        } else if (lock.token() != Objects.requireNonNull(fence.token())) {
            conflicts.add(new Conflict(name, lock.token(), lock.holder() + " holds lock " + name));
        }
    }

    private static void checkBounds(Book book, String key, Requests.Add add, List<Conflict> conflicts) {
        long sum = sum(book, key, add);
        long present = book.present(key).map(Entry::revision).orElse(0L);
        if (add.least() != null && sum < add.least()) {
            conflicts.add(new Conflict(key, present, key + " would be " + sum + ", which is less than " + add.least()));
        } else if (add.most() != null && sum > add.most()) {
            conflicts.add(new Conflict(key, present, key + " would be " + sum + ", which is more than " + add.most()));
        }
    }

    private static long sum(Book book, String key, Requests.Add add) {
        try {
            return Math.addExact(number(book, key), add.amount());
        } catch (ArithmeticException overflow) {
            throw new Declination(key + " would be a number of more than 64 bits");
        }
    }

    /** What a counter says; 0 if there is none. */
    private static long number(Book book, String key) {
        Entry entry = book.present(key).orElse(null);
        if (entry == null) {
            return 0;
        }
        if (entry.value() == null
                || !entry.value().isIntegralNumber()
                || !entry.value().canConvertToLong()) {
            throw new Declination("document " + key + " is not a whole number");
        }
        return entry.value().longValue();
    }

    static Held take(Book book, Reach reach, Requests.Take asked) {
        String name = Requests.checkedKey("lock", asked.lock());
        Lock now = book.held(name).orElse(null);
        Long token = asked.token();
        boolean taken = now != null && (token == null || now.token() != token);
        if (taken || (now == null && token != null)) {
            return now == null ? new Held(false, 0, "", 0) : new Held(false, 0, now.holder(), now.until());
        }
        String holder = asked.holder() == null ? reach.caller() : reach.caller() + '/' + asked.holder();
        long until = book.now() + Objects.requireNonNull(asked.millis());
        long revision = book.revise();
        Lock kept = now == null ? new Lock(revision, holder, until) : new Lock(now.token(), now.holder(), until);
        book.put(name, kept);
        return new Held(true, kept.token(), kept.holder(), until);
    }

    static Released release(Book book, Requests.Release asked) {
        String name = Requests.checkedKey("lock", asked.lock());
        Lock lock = book.held(name).orElse(null);
        if (lock == null || lock.token() != Objects.requireNonNull(asked.token())) {
            return new Released(false);
        }
        book.revise();
        book.free(name);
        return new Released(true);
    }
}
