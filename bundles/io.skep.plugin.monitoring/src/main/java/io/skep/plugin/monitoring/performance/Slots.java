// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.performance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * At most so many named values, each in a document of its own; when all places are taken, what was not looked at for longest
 * goes. Not thread-safe.
 */
final class Slots<T> {
    private final String prefix;
    private final List<@Nullable Entry<T>> slots = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();
    private final Set<Integer> changed = new TreeSet<>();
    private final int most;
    private long clock;

    private static final class Entry<T> {
        private final String name;
        private final T value;
        private long seen;

        Entry(String name, T value, long seen) {
            this.name = name;
            this.value = value;
            this.seen = seen;
        }
    }

    /** With documents whose keys begin so. */
    Slots(String prefix, int most) {
        this.prefix = prefix;
        this.most = most;
    }

    /** The value of that name, which changes now; a new one if there is none. */
    T changing(String name, Function<String, T> made) {
        Integer known = places.get(name);
        int place = known == null ? free() : known;
        Entry<T> entry = known == null ? null : slots.get(place);
        if (entry == null) {
            entry = new Entry<>(name, made.apply(name), 0);
            set(place, entry);
        }
        entry.seen = ++clock;
        changed.add(place);
        return entry.value;
    }

    private int free() {
        if (slots.size() < most) {
            slots.add(null);
            return slots.size() - 1;
        }
        int oldest = 0;
        long seen = Long.MAX_VALUE;
        for (int place = 0; place < slots.size(); place++) {
            Entry<T> entry = slots.get(place);
            if (entry == null) {
                return place;
            }
            if (entry.seen < seen) {
                seen = entry.seen;
                oldest = place;
            }
        }
        return oldest;
    }

    private void set(int place, Entry<T> entry) {
        Entry<T> before = slots.set(place, entry);
        if (before != null) {
            places.remove(before.name);
        }
        places.put(entry.name, place);
    }

    /** Puts what was kept back, in order; what is too many is forgotten. */
    void restore(String name, T value) {
        if (slots.size() < most && !places.containsKey(name)) {
            slots.add(null);
            set(slots.size() - 1, new Entry<>(name, value, 0));
        }
    }

    /** The value of that name, or null. */
    @Nullable
    T get(String name) {
        Integer place = places.get(name);
        Entry<T> entry = place == null ? null : slots.get(place);
        return entry == null ? null : entry.value;
    }

    List<T> values() {
        List<T> all = new ArrayList<>();
        for (Entry<T> entry : slots) {
            if (entry != null) {
                all.add(entry.value);
            }
        }
        return all;
    }

    /** What changed since it was asked last, by the keys of its documents. */
    void changes(Function<T, Object> kept, Map<String, Optional<Object>> to) {
        for (int place : changed) {
            Entry<T> entry = slots.get(place);
            if (entry != null) {
                to.put(key(place), Optional.of(kept.apply(entry.value)));
            }
        }
        changed.clear();
    }

    /** In the order of their places, however many there are. */
    private String key(int place) {
        return String.format("%s%05d", prefix, place);
    }
}
