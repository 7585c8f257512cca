// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Turns;
import java.util.Comparator;
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
 * The thinkings, each a document {@code thinking.ID}: those that have not ended, and the newest that have. What is known
 * here is durable; changes of one are made one after the other. Thread-safe.
 */
final class Shelf {
    static final int SCHEMA = 1;
    private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);
    private static final String KEY = "thinking.";

    private final PluginState state;
    private final Codec codec;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();
    private final AtomicLong revision = new AtomicLong(-1);
    private final AtomicBoolean refreshing = new AtomicBoolean();

    /** One thinking, and the end of its queue of changes. */
    private static final class Slot {
        private final Turns turns = new Turns();
        private volatile Thinking now;
        /** Not before it is durable it is known to others. */
        private volatile boolean kept;

        Slot(Thinking now, boolean kept) {
            this.now = now;
            this.kept = kept;
        }
    }

    Shelf(PluginState state, Codec codec) {
        this.state = state;
        this.codec = codec;
    }

    List<Thinking> all() {
        return slots.values().stream()
                .filter(slot -> slot.kept)
                .map(slot -> slot.now)
                .toList();
    }

    List<Thinking> pending() {
        return all().stream().filter(thinking -> !thinking.isOver()).toList();
    }

    Optional<Thinking> find(String id) {
        return Optional.ofNullable(slots.get(id)).filter(slot -> slot.kept).map(slot -> slot.now);
    }

    /**
     * Takes a new one, unless it is there already.
     *
     * @param most how many may be under way
     * @return completes with the one that is there then, durable; ends as a {@link Declination} if there are too many
     */
    CompletionStage<Thinking> add(Thinking thinking, int most) {
        Slot slot = new Slot(thinking, false);
        synchronized (slots) {
            Slot there = slots.get(thinking.id());
            if (there != null) {
                // After its first writing, however that ends.
                return there.turns.next(() -> slots.get(thinking.id()) == there
                        ? CompletableFuture.completedFuture(there.now)
                        : CompletableFuture.failedFuture(new Declination("it could not be kept; try again later")));
            }
            if (state.get(KEY + thinking.id()).isPresent()) {
                throw new Declination(
                        "another version of the plugin has thought about it, in a form unknown to this one");
            }
            if (slots.values().stream().filter(s -> !s.now.isOver()).count() >= most) {
                throw new Declination(
                        "there are " + most + " thinkings under way already; try again when some have ended");
            }
            slots.put(thinking.id(), slot);
        }
        return slot.turns
                .next(() -> put(thinking))
                .whenComplete((done, refused) -> {
                    if (refused == null) {
                        slot.kept = true;
                    } else {
                        slots.remove(thinking.id(), slot);
                    }
                })
                .thenApply(done -> thinking);
    }

    /**
     * Changes one that has not ended.
     *
     * @return it after the change, durable; null if there is none any more, or the change is none
     */
    CompletionStage<@Nullable Thinking> change(String id, UnaryOperator<Thinking> how) {
        Slot slot = slots.get(id);
        if (slot == null) {
            return CompletableFuture.completedFuture(null);
        }
        return slot.turns.next(() -> {
            Thinking before = slot.now;
            Thinking after = before.isOver() ? before : how.apply(before);
            if (after.equals(before)) {
                return CompletableFuture.completedFuture(null);
            }
            return put(after).thenApply(done -> {
                slot.now = after;
                return after;
            });
        });
    }

    /** Forgets the oldest that have ended beyond {@code most}. */
    void trim(int most) {
        List<Thinking> ended = all().stream()
                .filter(Thinking::isOver)
                .sorted(Comparator.comparing((Thinking thinking) -> String.valueOf(thinking.endedAt())))
                .toList();
        for (Thinking old : ended.subList(0, Math.max(0, ended.size() - most))) {
            Slot slot = slots.remove(old.id());
            if (slot != null) {
                slot.turns
                        .next(() -> state.remove(KEY + old.id()))
                        .whenComplete((done, refused) -> report(old.id(), refused));
            }
        }
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
            for (String key : state.keys()) {
                if (key.startsWith(KEY)) {
                    read(key).ifPresent(this::join);
                }
            }
            slots.values().forEach(this::settle);
        } finally {
            refreshing.set(false);
        }
    }

    /** What is kept, and perhaps not known here or not as far. */
    private void join(Thinking kept) {
        Slot slot = slots.computeIfAbsent(kept.id(), absent -> new Slot(kept, true));
        if (!slot.now.equals(kept)) {
            slot.turns
                    .next(() -> {
                        Thinking joined = slot.now.further(kept);
                        return (joined.equals(kept) ? CompletableFuture.<Void>completedFuture(null) : put(joined))
                                .thenRun(() -> slot.now = joined);
                    })
                    .whenComplete((done, refused) -> report(kept.id(), refused));
        }
    }

    /** What is known here, and perhaps not kept. */
    private void settle(Slot slot) {
        String key = KEY + slot.now.id();
        if (state.get(key).isEmpty()) {
            slot.turns
                    .next(() -> state.get(key).isEmpty() && slots.get(slot.now.id()) == slot
                            ? put(slot.now)
                            : CompletableFuture.<Void>completedFuture(null))
                    .whenComplete((done, refused) -> report(slot.now.id(), refused));
        }
    }

    private CompletionStage<Void> put(Thinking thinking) {
        return state.put(KEY + thinking.id(), new PluginState.Document(SCHEMA, codec.write(thinking)));
    }

    private static void report(String id, @Nullable Throwable refused) {
        if (refused != null) {
            LOG.debug("thinking {} could not be kept", id, refused);
        }
    }

    private Optional<Thinking> read(String key) {
        return state.get(key).filter(document -> document.schema() == SCHEMA).flatMap(document -> {
            try {
                return Optional.of(codec.readKept(document.json(), Thinking.class));
            } catch (JsonProcessingException unreadable) {
                LOG.warn("the document {} cannot be read", key, unreadable);
                return Optional.empty();
            }
        });
    }
}
