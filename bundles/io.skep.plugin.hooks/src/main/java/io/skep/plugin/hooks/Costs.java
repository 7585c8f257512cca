// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What hooks and named operations cost, by {@code hook:NAME} and {@code operation:NAME}; documents {@code cost.…} of schema
 * 1. There are at most as many operations as configured, and twice as many hooks as there can be. Thread-safe.
 */
final class Costs {
    static final String HOOK = "hook:";
    static final String OPERATION = "operation:";
    private static final String PREFIX = "cost.";
    private static final double NANOS = 1_000_000.0;

    private final Documents documents;
    private final int mostHooks;
    private final int mostOperations;
    private final Map<String, Cost> costs = new ConcurrentHashMap<>();
    /** Those that are not written down as they are. */
    private final Set<String> changed = ConcurrentHashMap.newKeySet();

    Costs(Documents documents, Settings settings) {
        this.documents = documents;
        this.mostHooks = 2 * settings.maxHooks();
        this.mostOperations = settings.maxOperations();
    }

    static double millis(long nanos) {
        return nanos / NANOS;
    }

    /** Begins from what is kept. */
    void load() {
        costs.clear();
        changed.clear();
        for (String name : documents.under(PREFIX)) {
            documents.find(PREFIX + name, Cost.Kept.class).ifPresent(kept -> costs.put(name, Cost.of(kept)));
        }
    }

    /** Records one; false if it is new and there are too many. */
    boolean record(String name, long nanos, boolean isGood) {
        Cost cost = costs.get(name);
        if (cost == null) {
            String kind = name.startsWith(HOOK) ? HOOK : OPERATION;
            long known = costs.keySet().stream()
                    .filter(other -> other.startsWith(kind))
                    .count();
            if (known >= (kind.equals(HOOK) ? mostHooks : mostOperations)) {
                return false;
            }
            cost = costs.computeIfAbsent(name, is -> new Cost());
        }
        cost.record(nanos, isGood);
        changed.add(name);
        return true;
    }

    /** What is known of one. */
    @Nullable
    Cost find(String name) {
        return costs.get(name);
    }

    /** All, by name. */
    SortedMap<String, Cost> all() {
        return new TreeMap<>(costs);
    }

    /** Forgets one. */
    void remove(String name) {
        costs.remove(name);
        changed.remove(name);
        documents.forget(PREFIX + name);
    }

    /** Begins anew with one. */
    void begin(String name) {
        Cost cost = costs.get(name);
        if (cost != null) {
            cost.begin();
            changed.add(name);
        }
    }

    /** Writes down what has changed. */
    void save() {
        for (String name : changed.toArray(String[]::new)) {
            changed.remove(name);
            Cost cost = costs.get(name);
            if (cost != null) {
                documents.note(PREFIX + name, cost.kept());
            }
        }
    }
}
