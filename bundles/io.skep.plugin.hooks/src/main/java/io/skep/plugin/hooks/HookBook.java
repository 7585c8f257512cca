// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All hooks: those of files, and those that were added, documents {@code hook.NAME} of schema 1. A name is there once;
 * what was added goes before a file. Thread-safe; reads answer from a snapshot.
 */
final class HookBook {
    static final String ADDED = "added";
    private static final String PREFIX = "hook.";

    private final Documents documents;
    private final HookFiles files;
    private final Codec codec;
    private final int most;
    private volatile SortedMap<String, Entry> hooks = Collections.emptySortedMap();
    private volatile List<HookFiles.Bad> bad = List.of();

    /**
     * A hook.
     *
     * @param source the file that it is in, or {@value #ADDED}
     */
    record Entry(HookSpec hook, String source) {}

    HookBook(Documents documents, HookFiles files, Codec codec, int most) {
        this.documents = documents;
        this.files = files;
        this.codec = codec;
        this.most = most;
    }

    /** Reads what there is now; one call at a time. Whether it is another than before. */
    synchronized boolean look() {
        SortedMap<String, Entry> now = new TreeMap<>();
        List<HookFiles.Bad> wrong = new ArrayList<>();
        for (String name : documents.under(PREFIX)) {
            documents.find(PREFIX + name, HookSpec.class).ifPresent(hook -> take(now, hook, ADDED, wrong));
        }
        HookFiles.Look look = files.look();
        wrong.addAll(look.bad());
        look.byFile().forEach((file, all) -> all.forEach(hook -> take(now, hook, file, wrong)));
        boolean changed =
                !shown(now).equals(shown(hooks)) || !codec.write(wrong).equals(codec.write(bad));
        hooks = Collections.unmodifiableSortedMap(now);
        bad = List.copyOf(wrong);
        return changed;
    }

    private void take(SortedMap<String, Entry> now, HookSpec hook, String source, List<HookFiles.Bad> wrong) {
        String name = String.valueOf(hook.name());
        try {
            hook.valid();
            if (now.containsKey(name)) {
                throw new Declination("hook " + name + " is in " + now.get(name).source() + " already");
            }
            checkRoom(now, hook);
            now.put(name, new Entry(hook, source));
        } catch (Declination no) {
            wrong.add(new HookFiles.Bad(source, String.valueOf(no.getMessage())));
        }
    }

    private void checkRoom(Map<String, Entry> among, HookSpec hook) {
        if (!among.containsKey(hook.called()) && among.size() >= most) {
            throw new Declination("there are " + most + " hooks already");
        }
        Map<String, Entry> with = new TreeMap<>(among);
        with.put(hook.called(), new Entry(hook, ADDED));
        if (isInCircle(hook.called(), hook, with, new HashSet<>())) {
            throw new Declination("hook " + hook.called() + " would wait for itself");
        }
    }

    private static boolean isInCircle(String first, HookSpec at, Map<String, Entry> among, Set<String> seen) {
        for (String next : at.waitsFor()) {
            Entry entry = among.get(next);
            boolean isCircle = next.equals(first)
                    || (entry != null && seen.add(next) && isInCircle(first, entry.hook(), among, seen));
            if (isCircle) {
                return true;
            }
        }
        return false;
    }

    /** By their JSON: the JDK remembers the class of the record whose equals was bound last, and with it the plugin. */
    private String shown(SortedMap<String, Entry> all) {
        return codec.write(all);
    }

    /**
     * Adds a hook, or puts it in place of the one that was added under its name.
     *
     * @throws Declination if it is no good, or in a file
     */
    CompletionStage<Void> add(HookSpec hook) {
        HookSpec valid = hook.valid();
        Entry before = hooks.get(valid.called());
        if (before != null && !before.source().equals(ADDED)) {
            throw new Declination("hook " + valid.called() + " is in the file " + before.source());
        }
        if (codec.write(valid).length() > HookSpec.MAX_CHARS) {
            throw new Declination("a hook has at most " + HookSpec.MAX_CHARS + " characters as JSON");
        }
        checkRoom(hooks, valid);
        return documents.put(PREFIX + valid.called(), valid);
    }

    /**
     * Removes one that was added.
     *
     * @throws Declination if there is none
     */
    CompletionStage<Void> remove(String name) {
        Entry before = hooks.get(name);
        if (before == null) {
            throw new Declination("there is no hook " + name);
        }
        if (!before.source().equals(ADDED)) {
            throw new Declination("hook " + name + " is in the file " + before.source() + "; take it out there");
        }
        return documents.remove(PREFIX + name);
    }

    /** All, by name. */
    SortedMap<String, Entry> all() {
        return hooks;
    }

    /** The one of a name, or null. */
    @Nullable
    HookSpec find(String name) {
        Entry entry = hooks.get(name);
        return entry == null ? null : entry.hook();
    }

    /** Those that are such. */
    List<HookSpec> those(Predicate<HookSpec> wanted) {
        return hooks.values().stream().map(Entry::hook).filter(wanted).toList();
    }

    /** What is no good, and why. */
    List<HookFiles.Bad> bad() {
        return bad;
    }
}
