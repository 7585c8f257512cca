// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.base;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Things that users define by name, each with its last versions in a document. Removing one is a version, too, so that its
 * numbers go on if it comes back. Thread-safe; changes are made one after the other.
 */
public final class Versions<T> {
    /** Of every document. */
    public static final int SCHEMA = 1;

    private final PluginState state;
    private final Codec codec;
    private final Clock clock;
    private final Kind<T> kind;
    private final IntSupplier most;
    private final Turns turns = new Turns();
    private volatile @Nullable Known<T> known;
    private volatile Runnable changed = () -> {};

    /**
     * What is kept.
     *
     * @param noun what one is called
     * @param prefix of the keys of the documents
     * @param member of a version in its document
     * @param kept versions of each, at most
     * @param chars of one version as JSON, at most; all that are kept must fit into a document
     */
    public record Kind<T>(String noun, String prefix, String member, Class<T> type, int kept, int chars) {}

    /**
     * A version.
     *
     * @param at since when, ISO-8601
     * @param value what it is; null if it was removed
     */
    public record Version<T>(
            int version, String at, @Nullable T value) {}

    /** What a change came to. */
    public record Change<T>(Version<T> version, boolean changed) {}

    /** What was read at a revision of the state. */
    private record Known<T>(long revision, SortedMap<String, Version<T>> all) {}

    /** Of which there may be {@code most}. */
    public Versions(PluginState state, Codec codec, Clock clock, Kind<T> kind, IntSupplier most) {
        this.state = state;
        this.codec = codec;
        this.clock = clock;
        this.kind = kind;
        this.most = most;
    }

    /** Runs something after each change, before that is answered. */
    public void whenChanged(Runnable then) {
        changed = then;
    }

    /** Those that there are, by name; read again when anything was written. */
    public SortedMap<String, Version<T>> list() {
        Known<T> before = known;
        long revision = state.revision();
        if (before != null && before.revision() == revision) {
            return before.all();
        }
        SortedMap<String, Version<T>> all = new TreeMap<>();
        for (String key : keys()) {
            String name = key.substring(kind.prefix().length());
            Version<T> last = last(find(name));
            if (last != null && last.value() != null) {
                all.put(name, last);
            }
        }
        SortedMap<String, Version<T>> read = Collections.unmodifiableSortedMap(all);
        known = new Known<>(revision, read);
        return read;
    }

    private List<String> keys() {
        return state.keys().stream()
                .filter(key -> key.startsWith(kind.prefix()))
                .toList();
    }

    /** What is kept of one, newest version last, removed ones included; empty for none, or one of another schema. */
    public List<Version<T>> find(String name) {
        return state.get(kind.prefix() + name)
                .filter(document -> document.schema() == SCHEMA)
                .flatMap(this::read)
                .orElse(List.of());
    }

    private Optional<List<Version<T>>> read(PluginState.Document document) {
        try {
            List<Version<T>> versions = new ArrayList<>();
            for (JsonNode one : codec.tree("it", document.json()).path("versions")) {
                JsonNode value = one.get(kind.member());
                versions.add(new Version<>(
                        one.path("version").asInt(),
                        one.path("at").asText(),
                        value == null || value.isNull() ? null : codec.readKept(value.toString(), kind.type())));
            }
            return Optional.of(List.copyOf(versions));
        } catch (JsonProcessingException | Declination unreadable) {
            return Optional.empty();
        }
    }

    private String document(List<Version<T>> versions) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        versions.forEach(one -> {
            ObjectNode node = document.withArray("versions")
                    .addObject()
                    .put("version", one.version())
                    .put("at", one.at());
            if (one.value() != null) {
                node.set(kind.member(), codec.treeOf(one.value()));
            }
        });
        return document.toString();
    }

    private static <T> @Nullable Version<T> last(List<Version<T>> versions) {
        return versions.isEmpty() ? null : versions.get(versions.size() - 1);
    }

    /**
     * One as it is.
     *
     * @throws Declination if there is none
     */
    public Version<T> get(String name) {
        Version<T> last = last(find(name));
        if (last == null || last.value() == null) {
            throw none(name);
        }
        return last;
    }

    /**
     * A version of one that is there.
     *
     * @throws Declination if there is none
     */
    public Version<T> get(String name, int version) {
        int newest = get(name).version();
        return find(name).stream()
                .filter(one -> one.version() == version && one.value() != null)
                .findFirst()
                .orElseThrow(() -> new Declination("version " + version + " of " + kind.noun() + ' ' + name
                        + " is not there; the newest is " + newest));
    }

    private Declination none(String name) {
        return new Declination("there is no " + kind.noun() + ' ' + name);
    }

    /**
     * Refuses what is too large to be kept.
     *
     * @throws Declination that names the limit
     */
    public void checkSize(T value) {
        if (codec.write(value).length() > kind.chars()) {
            throw new Declination("a " + kind.noun() + " has at most " + kind.chars() + " characters as JSON");
        }
    }

    /** Makes one, or a new version of it; the same again changes nothing. */
    public CompletionStage<Change<T>> define(String name, T value) {
        return define(name, value, before -> {});
    }

    /** The same, if {@code before}, which is given what would be replaced or null, does not throw a {@link Declination}. */
    public CompletionStage<Change<T>> define(String name, T value, Consumer<@Nullable T> before) {
        checkSize(value);
        return turns.next(() -> write(name, value, before));
    }

    /** Removes one; ends as a {@link Declination} if there is none. */
    public CompletionStage<Change<T>> remove(String name) {
        return remove(name, before -> {});
    }

    /** The same, if {@code before} does not throw, as in {@link #define(String, Object, Consumer)}. */
    public CompletionStage<Change<T>> remove(String name, Consumer<@Nullable T> before) {
        return turns.next(() -> write(name, null, before));
    }

    private CompletionStage<Change<T>> write(String name, @Nullable T value, Consumer<@Nullable T> check) {
        List<Version<T>> before = find(name);
        Version<T> last = last(before);
        if (last == null && state.get(kind.prefix() + name).isPresent()) {
            throw new Declination(kind.noun() + ' ' + name + " was written by another version of the plugin");
        }
        if (value == null && (last == null || last.value() == null)) {
            throw none(name);
        }
        check.accept(last == null ? null : last.value());
        if (last != null && value != null && isSame(value, last.value())) {
            return CompletableFuture.completedFuture(new Change<>(last, false));
        }
        Version<T> next = new Version<>(
                last == null ? 1 : last.version() + 1, clock.instant().toString(), value);
        List<Version<T>> versions = new ArrayList<>(before);
        versions.add(next);
        String json = document(versions.subList(Math.max(0, versions.size() - kind.kept()), versions.size()));
        CompletionStage<Void> room = last == null ? makeRoom() : CompletableFuture.completedFuture(null);
        return room.thenCompose(free -> state.put(kind.prefix() + name, new PluginState.Document(SCHEMA, json)))
                .thenApply(done -> {
                    known = null;
                    changed.run();
                    return new Change<>(next, true);
                });
    }

    /** By their JSON: the JDK remembers the class of the record whose equals was bound last, and with it the plugin. */
    private boolean isSame(T value, @Nullable T before) {
        return before != null && codec.write(value).equals(codec.write(before));
    }

    /** Forgets one that was removed if there are too many. */
    private CompletionStage<Void> makeRoom() {
        List<String> keys = keys();
        int limit = most.getAsInt();
        if (keys.size() < limit) {
            return CompletableFuture.completedFuture(null);
        }
        for (String key : keys) {
            Version<T> last = last(find(key.substring(kind.prefix().length())));
            if (last != null && last.value() == null) {
                return state.remove(key);
            }
        }
        throw new Declination("there are " + limit + ' ' + kind.noun() + "s already; remove one first");
    }
}
