// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Turns;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The evaluations that have not ended, each a document {@code pending.ID}, and those that have, each {@code
 * ended.TIME.ID}. What is known here is durable; changes of one evaluation are made one after the other. Thread-safe.
 */
final class Ledger {
    static final int SCHEMA = 1;
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final String PENDING = "pending.";
    private static final String ENDED = "ended.";

    private final PluginState state;
    private final Codec codec;
    private final Map<String, Slot> live = new ConcurrentHashMap<>();
    /** What ended here, by its key, as long as it is remembered: a trial's copy of the state is dropped at its end. */
    private final Map<String, Evaluation> overHere = new ConcurrentHashMap<>();

    private final AtomicLong revision = new AtomicLong(-1);
    private final AtomicBoolean refreshing = new AtomicBoolean();

    /** One evaluation, and the end of its queue of changes. */
    private static final class Slot {
        private volatile Evaluation now;
        private final Turns turns = new Turns();

        Slot(Evaluation now) {
            this.now = now;
        }
    }

    Ledger(PluginState state, Codec codec) {
        this.state = state;
        this.codec = codec;
    }

    /** Those that have not ended. */
    Collection<Evaluation> pending() {
        return live.values().stream().map(slot -> slot.now).toList();
    }

    /** One that has not ended. */
    Optional<Evaluation> find(String id) {
        return Optional.ofNullable(live.get(id)).map(slot -> slot.now);
    }

    /** One that has ended, if it is still remembered. */
    Optional<Evaluation> ended(String id) {
        return endedKeys().stream()
                .filter(key -> idOf(key).equals(id))
                .findFirst()
                .flatMap(this::read);
    }

    /**
     * Takes a new one.
     *
     * @param most how many there may be
     * @return completes when it is durable; ends as a {@link Declination} if there are too many or it is too large
     */
    CompletionStage<Evaluation> add(Evaluation evaluation, int most) {
        Slot slot = new Slot(evaluation);
        synchronized (live) {
            Slot there = live.get(evaluation.id());
            if (there != null) {
                return CompletableFuture.completedFuture(there.now);
            }
            if (live.size() >= most) {
                throw new Declination(
                        "there are " + most + " evaluations under way already; try again when some have ended");
            }
            live.put(evaluation.id(), slot);
        }
        String json = codec.write(evaluation);
        boolean large = json.length() > PluginState.MAX_CHARS;
        return slot.turns
                .next(() -> large ? tooLarge() : state.put(PENDING + evaluation.id(), document(json)))
                .whenComplete((done, refused) -> {
                    if (refused != null) {
                        live.remove(evaluation.id(), slot);
                    }
                })
                .thenApply(done -> evaluation);
    }

    private static CompletionStage<Void> tooLarge() {
        return CompletableFuture.failedFuture(new Declination(
                "what is to be judged and the checks are together too large to be kept until the slow checks end"));
    }

    /**
     * Changes one.
     *
     * @return it after the change, durable; null if there is none any more, or the change is none
     */
    CompletionStage<@Nullable Evaluation> change(String id, UnaryOperator<Evaluation> how) {
        Slot slot = live.get(id);
        if (slot == null) {
            return CompletableFuture.completedFuture(null);
        }
        return slot.turns.next(() -> {
            Evaluation before = slot.now;
            Evaluation after = how.apply(before);
            if (after.equals(before) || live.get(id) != slot) {
                return CompletableFuture.completedFuture(null);
            }
            return state.put(PENDING + id, document(codec.write(after))).thenApply(done -> {
                slot.now = after;
                return after;
            });
        });
    }

    /** Ends one as {@code closed}, and forgets the oldest that have ended beyond {@code most}. */
    CompletionStage<Void> end(Evaluation closed, long millis, int most) {
        Slot slot = live.get(closed.id());
        if (slot == null) {
            return CompletableFuture.completedFuture(null);
        }
        String key = ENDED + String.format("%013d", millis) + '.' + closed.id();
        return slot.turns.next(() -> state.put(key, document(codec.write(closed)))
                .thenCompose(kept -> state.remove(PENDING + closed.id()))
                .thenCompose(done -> {
                    overHere.put(key, closed);
                    live.remove(closed.id(), slot);
                    return trim(most);
                }));
    }

    private CompletionStage<Void> trim(int most) {
        List<String> keys = endedKeys();
        CompletionStage<Void> done = CompletableFuture.completedFuture(null);
        for (String key : keys.subList(0, Math.max(0, keys.size() - most))) {
            overHere.remove(key);
            done = done.thenCompose(before -> state.remove(key));
        }
        return done;
    }

    /**
     * Looks whether something else is kept than is known here, as after a restart and after a promotion, and joins both:
     * what was begun here while this generation was tried is kept now.
     */
    void refresh() {
        long now = state.revision();
        if (now == revision.get() || !refreshing.compareAndSet(false, true)) {
            return;
        }
        try {
            revision.set(now);
            overHere.forEach(this::keep);
            state.keys().stream()
                    .filter(key -> key.startsWith(PENDING))
                    .forEach(key -> read(key).ifPresent(this::join));
            List.copyOf(live.values()).forEach(this::settle);
        } finally {
            refreshing.set(false);
        }
    }

    /** What ended here, and perhaps is not kept so. */
    private void keep(String key, Evaluation closed) {
        if (state.get(key).isEmpty()) {
            new Turns()
                    .next(() -> state.put(key, document(codec.write(closed)))
                            .thenCompose(done -> state.remove(PENDING + closed.id())))
                    .whenComplete((done, refused) -> report(closed.id(), refused));
        }
    }

    /** What is kept, and perhaps not known here or not as far. */
    private void join(Evaluation kept) {
        String id = kept.id();
        if (overHere.values().stream().anyMatch(closed -> closed.id().equals(id))) {
            return;
        }
        if (ended(id).isPresent()) {
            state.remove(PENDING + id);
            return;
        }
        Slot slot = live.computeIfAbsent(id, absent -> new Slot(kept));
        if (!slot.now.equals(kept)) {
            slot.turns.next(() -> further(slot)).whenComplete((done, refused) -> report(id, refused));
        }
    }

    private CompletionStage<Void> further(Slot slot) {
        String key = PENDING + slot.now.id();
        Evaluation kept = read(key).orElse(slot.now);
        Evaluation joined = slot.now.further(kept);
        CompletionStage<Void> written = joined.equals(kept)
                ? CompletableFuture.completedFuture(null)
                : state.put(key, document(codec.write(joined)));
        return written.thenRun(() -> slot.now = joined);
    }

    /** What is known here, and perhaps not kept. */
    private void settle(Slot slot) {
        String id = slot.now.id();
        boolean kept = state.get(PENDING + id).isPresent();
        if (!kept && ended(id).isPresent()) {
            live.remove(id, slot);
        } else if (!kept) {
            rewrite(slot);
        }
    }

    private void rewrite(Slot slot) {
        String id = slot.now.id();
        slot.turns
                .next(() -> live.get(id) == slot && state.get(PENDING + id).isEmpty()
                        ? state.put(PENDING + id, document(codec.write(slot.now)))
                        : CompletableFuture.<Void>completedFuture(null))
                .whenComplete((done, refused) -> report(id, refused));
    }

    private static void report(String id, @Nullable Throwable refused) {
        if (refused != null) {
            LOG.debug("evaluation {} could not be kept", id, refused);
        }
    }

    private List<String> endedKeys() {
        return state.keys().stream()
                .filter(key -> key.startsWith(ENDED))
                .filter(key -> state.get(key)
                        .filter(document -> document.schema() == SCHEMA)
                        .isPresent())
                .toList();
    }

    private static String idOf(String endedKey) {
        return endedKey.substring(endedKey.indexOf('.', ENDED.length()) + 1);
    }

    private Optional<Evaluation> read(String key) {
        return state.get(key).filter(document -> document.schema() == SCHEMA).flatMap(document -> {
            try {
                return Optional.of(codec.readKept(document.json(), Evaluation.class));
            } catch (JsonProcessingException unreadable) {
                LOG.warn("the document {} cannot be read", key, unreadable);
                return Optional.empty();
            }
        });
    }

    private static PluginState.Document document(String json) {
        return new PluginState.Document(SCHEMA, json);
    }
}
