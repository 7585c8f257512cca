// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Workers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All commands: those of the project before those of the user before those that are built in. The directories are looked
 * at when somebody asks and the last look is older than a quarter of a second, once for all who ask meanwhile.
 * Thread-safe.
 */
final class Catalogue {
    private static final long FRESH_NANOS = Duration.ofMillis(250).toNanos();

    private final Map<String, Entry> builtins;
    private final Supplier<Settings> settings;
    private final Workers workers;
    private @Nullable CompletableFuture<Listing> looking;
    private long lookedAt;
    private @Nullable Folder user;
    private @Nullable Folder project;

    /** The commands by name, and the files that are none. */
    record Listing(Map<String, Entry> commands, List<Folder.Bad> bad) {
        /**
         * The command of that name.
         *
         * @throws Declination that names the nearest ones, if there is none
         */
        Entry get(String name) {
            Entry entry = commands.get(name);
            if (entry == null) {
                List<String> near = Distance.nearest(name, commands.keySet());
                throw new Declination("there is no command " + Shown.of('/' + name)
                        + (near.isEmpty()
                                ? "; /help lists those that there are"
                                : "; perhaps /" + String.join(", /", near)));
            }
            return entry;
        }
    }

    Catalogue(Collection<Entry> builtins, Supplier<Settings> settings, Workers workers) {
        Map<String, Entry> byName = new TreeMap<>();
        builtins.forEach(entry -> byName.put(entry.name(), entry));
        this.builtins = Collections.unmodifiableMap(byName);
        this.settings = settings;
        this.workers = workers;
    }

    /** What there is, as of a moment ago at most. */
    synchronized CompletableFuture<Listing> now() {
        CompletableFuture<Listing> last = looking;
        boolean fresh = last != null && (!last.isDone() || System.nanoTime() - lookedAt < FRESH_NANOS);
        if (last == null || !fresh || last.isCompletedExceptionally()) {
            last = workers.supply(this::look);
            looking = last;
        }
        return last.copy();
    }

    private Listing look() {
        Settings now = settings.get();
        Map<String, Entry> commands = new TreeMap<>(builtins);
        List<Folder.Bad> bad = new ArrayList<>();
        user = folder(user, now.userCommands(), "user");
        project = folder(project, now.projectCommands(), "project");
        for (Folder folder : new Folder[] {user, project}) {
            if (folder != null) {
                Folder.Look look = folder.look(now);
                commands.putAll(look.commands());
                bad.addAll(look.bad());
            }
        }
        synchronized (this) {
            lookedAt = System.nanoTime();
        }
        return new Listing(Collections.unmodifiableMap(commands), List.copyOf(bad));
    }

    private static @Nullable Folder folder(@Nullable Folder before, @Nullable Path root, String source) {
        if (root == null) {
            return null;
        }
        return before != null && before.root().equals(root) ? before : new Folder(root, source);
    }
}
