// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Turns;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The templates and their last {@value #KEPT} versions, a document {@code workflow.NAME} each. Removing one is a version,
 * too, so that its numbers go on if it comes back. Thread-safe; changes are made one after the other.
 */
final class Templates {
    static final int SCHEMA = 1;
    /** Of one template as JSON; {@value #KEPT} of them fit into a document. */
    static final int MAX_CHARS = 48_000;

    private static final String PREFIX = "workflow.";
    private static final int KEPT = 5;

    private final PluginState state;
    private final Codec codec;
    private final Clock clock;
    private final Supplier<Settings> settings;
    private final Turns turns = new Turns();

    /**
     * A version of a template.
     *
     * @param at since when, ISO-8601
     * @param template what it is; null if the template was removed
     */
    record Version(int version, String at, @Nullable TemplateSpec template) {}

    /** What is kept of a template, newest version last. */
    record Kept(List<Version> versions) {
        Version last() {
            return versions.get(versions.size() - 1);
        }
    }

    /** What a change came to. */
    record Change(Version version, boolean changed) {}

    Templates(PluginState state, Codec codec, Clock clock, Supplier<Settings> settings) {
        this.state = state;
        this.codec = codec;
        this.clock = clock;
        this.settings = settings;
    }

    /** The templates that there are, by name. */
    Map<String, Version> list() {
        Map<String, Version> templates = new TreeMap<>();
        for (String key : keys()) {
            String name = key.substring(PREFIX.length());
            find(name)
                    .map(Kept::last)
                    .filter(last -> last.template() != null)
                    .ifPresent(last -> templates.put(name, last));
        }
        return templates;
    }

    private List<String> keys() {
        return state.keys().stream().filter(key -> key.startsWith(PREFIX)).toList();
    }

    /** What is kept of a template, removed ones included; empty for none, or one of another schema. */
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
     * A version of a template; the newest for null.
     *
     * @throws Declination if there is none
     */
    Version get(String name, @Nullable Integer version) {
        Kept kept = find(name)
                .filter(found -> found.last().template() != null)
                .orElseThrow(() -> new Declination("there is no workflow " + name));
        return version == null
                ? kept.last()
                : kept.versions().stream()
                        .filter(one -> one.version() == version && one.template() != null)
                        .findFirst()
                        .orElseThrow(() -> new Declination("version " + version + " of workflow " + name
                                + " is not there; the newest is " + kept.last().version()));
    }

    /**
     * Refuses what is too large to be kept.
     *
     * @throws Declination that names the limit
     */
    void checkSize(TemplateSpec template) {
        if (codec.write(template).length() > MAX_CHARS) {
            throw new Declination("a workflow has at most " + MAX_CHARS + " characters as JSON");
        }
    }

    /** Makes a template, or a new version of it; the same again changes nothing. */
    CompletionStage<Change> define(String name, TemplateSpec template) {
        checkSize(template);
        return turns.next(() -> write(name, template));
    }

    /** Removes a template; ends as a {@link Declination} if there is none. Runs that have begun go on. */
    CompletionStage<Change> remove(String name) {
        return turns.next(() -> write(name, null));
    }

    private CompletionStage<Change> write(String name, @Nullable TemplateSpec template) {
        Optional<Kept> before = find(name);
        Version last = before.map(Kept::last).orElse(null);
        if (before.isEmpty() && state.get(PREFIX + name).isPresent()) {
            throw new Declination("workflow " + name + " was written by another version of the plugin");
        }
        if (template == null && (last == null || last.template() == null)) {
            throw new Declination("there is no workflow " + name);
        }
        if (last != null && template != null && isSame(template, last.template())) {
            return CompletableFuture.completedFuture(new Change(last, false));
        }
        CompletionStage<Void> room = before.isEmpty() ? makeRoom() : CompletableFuture.completedFuture(null);
        Version next = new Version(
                last == null ? 1 : last.version() + 1, clock.instant().toString(), template);
        List<Version> versions = new ArrayList<>(before.map(Kept::versions).orElse(List.of()));
        versions.add(next);
        List<Version> kept = versions.subList(Math.max(0, versions.size() - KEPT), versions.size());
        return room.thenCompose(
                        free -> state.put(PREFIX + name, new PluginState.Document(SCHEMA, codec.write(new Kept(kept)))))
                .thenApply(done -> new Change(next, true));
    }

    private boolean isSame(TemplateSpec template, @Nullable TemplateSpec before) {
        return before != null && codec.write(template).equals(codec.write(before));
    }

    /** Forgets a template that was removed if there are too many. */
    private CompletionStage<Void> makeRoom() {
        int most = settings.get().flows().workflows();
        List<String> keys = keys();
        if (keys.size() < most) {
            return CompletableFuture.completedFuture(null);
        }
        for (String key : keys) {
            Optional<Kept> kept = find(key.substring(PREFIX.length()));
            if (kept.isPresent() && kept.get().last().template() == null) {
                return state.remove(key);
            }
        }
        throw new Declination("there are " + most + " workflows already; remove one first");
    }
}
