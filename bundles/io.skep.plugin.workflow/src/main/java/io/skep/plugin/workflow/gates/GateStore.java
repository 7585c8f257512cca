// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Turns;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gates and their last {@value #KEPT} versions, a document {@code gate.NAME} each. Removing one is a version, too, so
 * that its numbers go on if it comes back. Thread-safe; changes are made one after the other.
 */
final class GateStore {
    static final int SCHEMA = 1;
    private static final String PREFIX = "gate.";
    private static final int KEPT = 10;
    private static final int MAX_SPEC = 24_000;

    private final PluginState state;
    private final Codec codec;
    private final Clock clock;
    private final Supplier<Settings> settings;
    private final Turns turns = new Turns();
    private volatile @Nullable Known known;
    private volatile Runnable changed = () -> {};

    /**
     * A version of a gate.
     *
     * @param at since when, ISO-8601
     * @param gate what it is; null if the gate was removed
     */
    record Version(int version, String at, @Nullable GateSpec gate) {}

    /** What is kept of a gate, newest version last. */
    record Kept(List<Version> versions) {
        Version last() {
            return versions.get(versions.size() - 1);
        }
    }

    /** What was read at a revision of the state. */
    private record Known(long revision, List<Version> gates) {}

    /** What a change came to. */
    record Change(Version version, boolean changed) {}

    GateStore(PluginState state, Codec codec, Clock clock, Supplier<Settings> settings) {
        this.state = state;
        this.codec = codec;
        this.clock = clock;
        this.settings = settings;
    }

    /** Runs something after each change, before that is answered. */
    void whenChanged(Runnable then) {
        changed = then;
    }

    /** The gates that there are, by name; read again when anything was written. */
    List<Version> list() {
        Known before = known;
        long revision = state.revision();
        if (before != null && before.revision() == revision) {
            return before.gates();
        }
        List<Version> gates = read();
        known = new Known(revision, gates);
        return gates;
    }

    private List<Version> read() {
        List<Version> gates = new ArrayList<>();
        for (String key : state.keys()) {
            if (key.startsWith(PREFIX)) {
                find(key.substring(PREFIX.length()))
                        .map(Kept::last)
                        .filter(last -> last.gate() != null)
                        .ifPresent(gates::add);
            }
        }
        return List.copyOf(gates);
    }

    /** What is kept of a gate, removed ones included; empty for none, or one of another schema. */
    Optional<Kept> find(String name) {
        return state.get(PREFIX + name)
                .filter(document -> document.schema() == SCHEMA)
                .flatMap(document -> {
                    try {
                        return Optional.of(codec.readKept(document.json(), Kept.class));
                    } catch (JsonProcessingException unreadable) {
                        return Optional.empty();
                    }
                });
    }

    /**
     * The gate of that name as it is.
     *
     * @throws Declination if there is none
     */
    Version get(String name) {
        return find(name)
                .map(Kept::last)
                .filter(last -> last.gate() != null)
                .orElseThrow(() -> new Declination("there is no gate " + name));
    }

    /** Makes a gate, or a new version of it; the same again changes nothing. */
    CompletionStage<Change> define(GateSpec gate) {
        if (codec.write(gate).length() > MAX_SPEC) {
            throw new Declination("a gate has at most " + MAX_SPEC + " characters as JSON");
        }
        return turns.next(() -> write(gate.called(), gate));
    }

    /** Removes a gate; ends as a {@link Declination} if there is none. */
    CompletionStage<Change> remove(String name) {
        return turns.next(() -> write(name, null));
    }

    private CompletionStage<Change> write(String name, @Nullable GateSpec gate) {
        Optional<Kept> before = find(name);
        Version last = before.map(Kept::last).orElse(null);
        boolean unknown = before.isEmpty() && state.get(PREFIX + name).isPresent();
        if (unknown) {
            throw new Declination("gate " + name + " was written by another version of the plugin");
        }
        if (gate == null && (last == null || last.gate() == null)) {
            throw new Declination("there is no gate " + name);
        }
        if (last != null && gate != null && gate.equals(last.gate())) {
            return CompletableFuture.completedFuture(new Change(last, false));
        }
        CompletionStage<Void> room = before.isEmpty() ? makeRoom() : CompletableFuture.completedFuture(null);
        Version next = new Version(
                last == null ? 1 : last.version() + 1, clock.instant().toString(), gate);
        List<Version> versions = new ArrayList<>(before.map(Kept::versions).orElse(List.of()));
        versions.add(next);
        List<Version> kept = versions.subList(Math.max(0, versions.size() - KEPT), versions.size());
        return room.thenCompose(
                        free -> state.put(PREFIX + name, new PluginState.Document(SCHEMA, codec.write(new Kept(kept)))))
                .thenApply(done -> {
                    known = null;
                    changed.run();
                    return new Change(next, true);
                });
    }

    /** Forgets a gate that was removed if there are too many. */
    private CompletionStage<Void> makeRoom() {
        List<String> keys =
                state.keys().stream().filter(key -> key.startsWith(PREFIX)).toList();
        int most = settings.get().maxGates();
        if (keys.size() < most) {
            return CompletableFuture.completedFuture(null);
        }
        for (String key : keys) {
            Optional<Kept> kept = find(key.substring(PREFIX.length()));
            if (kept.isPresent() && kept.get().last().gate() == null) {
                return state.remove(key);
            }
        }
        throw new Declination("there are " + most + " gates already; remove one first");
    }
}
