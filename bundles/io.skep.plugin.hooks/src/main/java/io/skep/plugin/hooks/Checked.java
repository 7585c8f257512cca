// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which hooks of a check that takes long have ended, and how: documents {@code check.ID} of schema 1, there from when core
 * was told to wait until it has the verdict. Thread-safe.
 */
final class Checked {
    private static final String PREFIX = "check.";

    private final Documents documents;
    /** Of checks under way, whose number is bounded. */
    private final Map<String, Ends> checks = new ConcurrentHashMap<>();

    private static final class Ends {
        private final Map<String, Outcome> byHook = new TreeMap<>();
        private boolean kept;
    }

    /** As it is written. */
    record Kept(Map<String, Outcome> ended) {}

    Checked(Documents documents) {
        this.documents = documents;
    }

    /** How a hook of a check ended, if it has. */
    @Nullable
    Outcome find(String check, String hook) {
        Ends ends = ends(check);
        synchronized (ends) {
            return ends.byHook.get(hook);
        }
    }

    private Ends ends(String check) {
        return checks.computeIfAbsent(check, id -> {
            Ends ends = new Ends();
            documents.find(PREFIX + id, Kept.class).ifPresent(kept -> {
                ends.kept = true;
                ends.byHook.putAll(kept.ended());
            });
            return ends;
        });
    }

    /** A hook has ended. */
    void ended(String check, String hook, Outcome outcome) {
        Ends ends = checks.get(check);
        if (ends == null) {
            return;
        }
        Kept document;
        synchronized (ends) {
            ends.byHook.put(hook, outcome);
            document = ends.kept ? new Kept(Map.copyOf(ends.byHook)) : null;
        }
        write(check, document);
    }

    /** From now on it is written down. */
    void keep(String check) {
        Ends ends = ends(check);
        Kept document;
        synchronized (ends) {
            document = ends.kept ? null : new Kept(Map.copyOf(ends.byHook));
            ends.kept = true;
        }
        write(check, document);
    }

    /** Whether it is. */
    boolean isKept(String check) {
        Ends ends = checks.get(check);
        if (ends == null) {
            return false;
        }
        synchronized (ends) {
            return ends.kept;
        }
    }

    private void write(String check, @Nullable Kept document) {
        if (document != null) {
            documents.note(PREFIX + check, document);
        }
    }

    /** Core has its verdict. */
    void remove(String check) {
        boolean wasKept = isKept(check);
        checks.remove(check);
        if (wasKept) {
            documents.forget(PREFIX + check);
        }
    }

    /** The ids of checks that are kept. */
    List<String> kept() {
        return documents.under(PREFIX);
    }
}
