// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Turns;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last two results of a task that people judge, a document {@code judged.TIME.TASK} each: what is judged now, and
 * what was before, which it is compared with. Kept before anything is said of them. Beyond the configured number the
 * oldest go, and then a result is shown as a first one is. Thread-safe; changes are made one after the other.
 */
final class Judged {
    static final int SCHEMA = 1;
    /** Of one result; of a longer one it is only known whether another is the same. */
    static final int MOST_TEXT = 80_000;

    private static final Logger LOG = LoggerFactory.getLogger(Judged.class);
    private static final String PREFIX = "judged.";

    private final PluginState state;
    private final Codec codec;
    private final Clock clock;
    private final Supplier<Settings> settings;
    private final Turns turns = new Turns();
    /** What was written to the copy of a trial, by task, to be kept when that is over; as many as are kept at most. */
    private final Map<String, Kept> tried = new LinkedHashMap<>();

    /**
     * A result.
     *
     * @param token of the attempt that it comes from
     * @param at when it was judged first, ISO-8601
     * @param text null if it is too long
     */
    record Entry(
            long token, String at, String hash, @Nullable String text) {
        boolean isSame(Entry other) {
            return token == other.token && hash.equals(other.hash);
        }
    }

    /** What is kept of a task, the newest last. */
    record Kept(String task, List<Entry> entries) {
        Kept {
            entries = List.copyOf(entries);
        }

        Entry last() {
            return entries.get(entries.size() - 1);
        }

        /** With one more, of which only the newest before stays. */
        Kept with(Entry next) {
            return new Kept(task, List.of(last(), next));
        }

        /** The same without the texts. */
        Kept withoutTexts() {
            return new Kept(
                    task,
                    entries.stream()
                            .map(entry -> new Entry(entry.token(), entry.at(), entry.hash(), null))
                            .toList());
        }
    }

    Judged(PluginState state, Codec codec, Clock clock, Supplier<Settings> settings) {
        this.state = state;
        this.codec = codec;
        this.clock = clock;
        this.settings = settings;
    }

    /**
     * Remembers what is judged now.
     *
     * @param token of the attempt that it comes from
     * @return completes, when it is durable, with what is different from what was judged before, or null for a first
     *     result; with null, too, if it cannot be kept, which is no reason not to judge it
     */
    CompletionStage<@Nullable Difference> remember(String task, long token, Subject subject) {
        String text = subject.text();
        Entry now = new Entry(
                token,
                clock.instant().toString(),
                Evaluations.hash(text),
                text.length() > MOST_TEXT || subject.problem() != null ? null : text);
        return turns.next(() -> {
                    Kept before = find(task).map(Found::kept).orElse(null);
                    Kept next = before == null
                            ? new Kept(task, List.of(now))
                            : before.last().isSame(now) ? before : before.with(now);
                    CompletionStage<Void> kept =
                            next.equals(before) ? CompletableFuture.completedFuture(null) : keep(next);
                    return kept.thenApply(
                            done -> next.entries().size() > 1 ? next.entries().get(0) : null);
                })
                .thenApply(earlier -> earlier == null ? null : difference(earlier, now))
                .exceptionally(refused -> {
                    LOG.debug("what is judged of task {} could not be remembered", task, refused);
                    return null;
                });
    }

    private Difference difference(Entry earlier, Entry now) {
        if (earlier.hash().equals(now.hash())) {
            return new Difference(earlier.at(), List.of(), 0, "it is the same as before");
        }
        return earlier.text() == null || now.text() == null
                ? new Difference(
                        earlier.at(), List.of(), 0, "it is another than before, and one of them is too long to compare")
                : Differences.between(earlier.text(), now.text(), earlier.at(), codec);
    }

    /** The task has passed: nobody will compare its result. */
    void forget(String task) {
        turns.next(() -> find(task).map(found -> state.remove(found.key())).orElseGet(Judged::nothing))
                .whenComplete((done, refused) -> {
                    if (refused != null) {
                        LOG.debug("what was judged of task {} is remembered on", task, refused);
                    }
                });
        synchronized (tried) {
            tried.remove(task);
        }
    }

    /** Keeps what was only tried, when that is over and this generation serves. */
    void settle() {
        if (state.isTrial() || !state.isServing()) {
            return;
        }
        List<Kept> own;
        synchronized (tried) {
            own = List.copyOf(tried.values());
            tried.clear();
        }
        for (Kept kept : own) {
            turns.next(() -> find(kept.task())
                            .filter(found -> found.kept()
                                            .last()
                                            .at()
                                            .compareTo(kept.last().at())
                                    >= 0)
                            .map(newer -> nothing())
                            .orElseGet(() -> keep(kept)))
                    .whenComplete((done, refused) -> {
                        if (refused != null) {
                            LOG.warn("what was judged of task {} cannot be kept", kept.task(), refused);
                        }
                    });
        }
    }

    /** A document. */
    private record Found(String key, Kept kept) {}

    private Optional<Found> find(String task) {
        List<String> keys = keys();
        for (int i = keys.size() - 1; i >= 0; i--) {
            String key = keys.get(i);
            if (key.endsWith('.' + task)) {
                return state.get(key)
                        .filter(document -> document.schema() == SCHEMA)
                        .flatMap(document -> read(key, document.json()));
            }
        }
        return Optional.empty();
    }

    private Optional<Found> read(String key, String json) {
        try {
            return Optional.of(new Found(key, codec.readKept(json, Kept.class)));
        } catch (JsonProcessingException unreadable) {
            LOG.warn("the document {} cannot be read", key, unreadable);
            return Optional.empty();
        }
    }

    private List<String> keys() {
        return state.keys().stream().filter(key -> key.startsWith(PREFIX)).toList();
    }

    private CompletionStage<Void> keep(Kept kept) {
        int most = settings.get().results().judged();
        if (state.isTrial()) {
            synchronized (tried) {
                tried.put(kept.task(), kept);
                if (tried.size() > most) {
                    tried.remove(tried.keySet().iterator().next());
                }
            }
        }
        String key = PREFIX + String.format("%013d", clock.millis()) + '.' + kept.task();
        String json = codec.write(kept);
        String fits = json.length() > PluginState.MAX_CHARS ? codec.write(kept.withoutTexts()) : json;
        List<String> keys = keys();
        List<String> gone = new ArrayList<>(keys.subList(0, Math.max(0, keys.size() + 1 - most)));
        keys.stream()
                .filter(other -> other.endsWith('.' + kept.task()) && !other.equals(key) && !gone.contains(other))
                .forEach(gone::add);
        CompletionStage<Void> done = state.put(key, new PluginState.Document(SCHEMA, fits));
        for (String other : gone) {
            done = done.thenCompose(before -> other.equals(key) ? nothing() : state.remove(other));
        }
        return done;
    }

    private static CompletionStage<Void> nothing() {
        return CompletableFuture.completedFuture(null);
    }
}
