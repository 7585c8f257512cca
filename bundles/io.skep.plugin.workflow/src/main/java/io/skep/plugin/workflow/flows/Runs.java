// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Turns;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs, a document {@code run.ID} each. What is answered is what is kept; only what was read of it is remembered here.
 * Thread-safe.
 */
final class Runs {
    static final int SCHEMA = 1;
    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
    private static final String PREFIX = "run.";
    /** Of all runs that have not ended, when another is begun; they grow by what becomes of them. */
    private static final long MAX_LIVE_CHARS = 5L << 20;
    /** Of all runs that have ended. */
    private static final long MAX_ENDED_CHARS = 2L << 20;
    /** Of those that have ended, whatever they have to tell. */
    private static final int MAX_ENDED = 300;

    private final PluginState state;
    private final Codec codec;
    private final Supplier<Settings> settings;
    private final Turns turns = new Turns();
    /** By key, what was read of the document; as many as there are documents. */
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** What is said of a run in a list. */
    record Summary(
            String id,
            String workflow,
            int version,
            String state,
            String reason,
            @Nullable String tenant,
            String startedAt,
            @Nullable String endedAt) {
        static Summary of(Run run) {
            return new Summary(
                    run.id(),
                    run.workflow(),
                    run.version(),
                    stateOf(run),
                    run.reason(),
                    run.tenant(),
                    run.startedAt(),
                    run.endedAt());
        }
    }

    /**
     * What was read of a document.
     *
     * @param live the whole, only of a run that goes on
     */
    private record Known(
            String json, Summary summary, @Nullable Run live, boolean settled) {
        static Known of(String json, Run run) {
            return new Known(json, Summary.of(run), run.isOver() ? null : run, run.isSettled());
        }
    }

    Runs(PluginState state, Codec codec, Supplier<Settings> settings) {
        this.state = state;
        this.codec = codec;
        this.settings = settings;
    }

    /** The state of a run in a word. */
    static String stateOf(Run run) {
        return run.paused() ? "paused" : run.state();
    }

    /** A run as it is kept. */
    Optional<Run> find(String id) {
        String key = PREFIX + id;
        Known now = known(key);
        if (now == null || now.live() != null) {
            return Optional.ofNullable(now).map(Known::live);
        }
        return Optional.ofNullable(read(key, now.json()));
    }

    /** All of them, those that began last first. */
    List<Summary> list() {
        Set<String> keys =
                state.keys().stream().filter(key -> key.startsWith(PREFIX)).collect(Collectors.toSet());
        known.keySet().retainAll(keys);
        return keys.stream()
                .map(this::known)
                .filter(Objects::nonNull)
                .map(Known::summary)
                .sorted(Comparator.comparing(Summary::startedAt)
                        .thenComparing(Summary::id)
                        .reversed())
                .toList();
    }

    /** The ids of those that go on. */
    List<String> live() {
        return list().stream()
                .filter(run -> run.endedAt() == null)
                .map(Summary::id)
                .toList();
    }

    /** The ids of those that go on, or have ended and have something to tell of that. */
    List<String> unsettled() {
        return list().stream().map(Summary::id).filter(id -> !isSettled(id)).toList();
    }

    private boolean isSettled(String id) {
        Known one = known.get(PREFIX + id);
        return one == null || one.settled();
    }

    private @Nullable Known known(String key) {
        PluginState.Document document = state.get(key).orElse(null);
        if (document == null || document.schema() != SCHEMA) {
            known.remove(key);
            return null;
        }
        Known before = known.get(key);
        if (before != null && before.json().equals(document.json())) {
            return before;
        }
        Run run = read(key, document.json());
        if (run == null) {
            return null;
        }
        Known now = Known.of(document.json(), run);
        known.put(key, now);
        return now;
    }

    private @Nullable Run read(String key, String json) {
        try {
            return codec.readKept(json, Run.class);
        } catch (JsonProcessingException unreadable) {
            LOG.warn("the document {} cannot be read", key, unreadable);
            return null;
        }
    }

    /**
     * Takes a new one.
     *
     * @return completes when it is durable; ends as a {@link Declination} if there are too many
     */
    CompletionStage<Run> add(Run run) {
        return turns.next(() -> {
            if (state.get(PREFIX + run.id()).isPresent()) {
                return CompletableFuture.completedFuture(find(run.id())
                        .orElseThrow(() ->
                                new Declination("run " + run.id() + " was written by another version of the plugin")));
            }
            checkRoom();
            return put(run);
        });
    }

    /** Looks whether one more may go on. */
    void checkRoom() {
        List<String> live = live();
        int most = settings.get().flows().runs();
        if (live.size() >= most) {
            throw new Declination("there are " + most + " runs under way already; try again when some have ended");
        }
        if (chars(live) > MAX_LIVE_CHARS) {
            throw new Declination(
                    "the runs that are under way fill the space set apart for them; try again when some have ended");
        }
    }

    private long chars(List<String> ids) {
        return ids.stream()
                .map(id -> known.get(PREFIX + id))
                .filter(Objects::nonNull)
                .mapToLong(one -> one.json().length())
                .sum();
    }

    /** Keeps one as it is now; completes when that is durable. */
    CompletionStage<Run> put(Run run) {
        String json = codec.write(run);
        return state.put(PREFIX + run.id(), new PluginState.Document(SCHEMA, json))
                .thenApply(done -> {
                    known.put(PREFIX + run.id(), Known.of(json, run));
                    return run;
                });
    }

    /** Forgets those that ended first, if there are too many; what has something to tell stays for a while longer. */
    CompletionStage<Void> trim() {
        return turns.next(() -> {
            List<Summary> ended = list().stream()
                    .filter(run -> run.endedAt() != null)
                    .sorted(Comparator.comparing((Summary run) -> String.valueOf(run.endedAt()))
                            .reversed())
                    .toList();
            CompletionStage<Void> done = CompletableFuture.completedFuture(null);
            long chars = 0;
            for (int i = 0; i < ended.size(); i++) {
                String key = PREFIX + ended.get(i).id();
                Known one = known.get(key);
                chars += one == null ? 0 : one.json().length();
                boolean tooMany = i >= settings.get().flows().ended() || chars > MAX_ENDED_CHARS;
                if (tooMany && (isSettled(ended.get(i).id()) || i >= MAX_ENDED)) {
                    done = done.thenCompose(before -> state.remove(key));
                }
            }
            return done;
        });
    }
}
