// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was learned as documents of schema {@value #SCHEMA}, for the next version to go on from. Each is written when
 * something changed, and at most as often as it says; what was learned since is not worth a write while closing. Another
 * schema is neither read nor written over. Thread-safe.
 */
final class Keeper {
    static final int SCHEMA = 1;
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private final PluginState state;
    private final Codec codec;
    private final Clock clock;
    private final List<Part<?>> parts;
    private long revision;

    /** One document: how often it is written at most, and where it comes from and goes to. */
    static final class Part<T> {
        private final String key;
        private final Duration every;
        private final Class<T> type;
        private final Supplier<T> give;
        private final Consumer<T> take;
        private volatile Instant next = Instant.MIN;
        private volatile boolean changed;

        Part(String key, Duration every, Class<T> type, Supplier<T> give, Consumer<T> take) {
            this.key = key;
            this.every = every;
            this.type = type;
            this.give = give;
            this.take = take;
        }

        /** What the document would say now. */
        T given() {
            return give.get();
        }
    }

    Keeper(PluginState state, Codec codec, Clock clock, List<Part<?>> parts) {
        this.state = state;
        this.codec = codec;
        this.clock = clock;
        this.parts = List.copyOf(parts);
    }

    /** Takes over what is kept. */
    synchronized void load() {
        revision = state.revision();
        parts.forEach(this::load);
    }

    private <T> void load(Part<T> part) {
        state.get(part.key).filter(Keeper::isOurs).ifPresent(document -> {
            try {
                part.take.accept(codec.readKept(document.json(), part.type));
            } catch (JsonProcessingException unreadable) {
                LOG.warn("the document {} cannot be read; what it says is learned anew", part.key, unreadable);
            }
        });
    }

    /** Something was learned; said by any thread. */
    void changed() {
        parts.forEach(part -> part.changed = true);
    }

    /** What that document says is of weight: it is written with the next look, however short ago it was last. */
    void soon(String key) {
        parts.stream().filter(part -> part.key.equals(key)).forEach(part -> {
            part.next = Instant.MIN;
            part.changed = true;
        });
    }

    /** Writes what it is time for; by the thread that follows the events. */
    synchronized void look() {
        if (state.revision() != revision) {
            load();
            changed();
        }
        Instant now = clock.instant();
        for (Part<?> part : parts) {
            if (part.changed && !now.isBefore(part.next)) {
                part.next = now.plus(part.every);
                write(part).whenComplete((done, refused) -> {
                    if (refused != null) {
                        LOG.debug("the document {} could not be kept", part.key, refused);
                    }
                });
            }
        }
    }

    /** Writes one document at once; ends as {@link PluginState#put} does. */
    synchronized CompletionStage<Void> write(String key) {
        return parts.stream()
                .filter(part -> part.key.equals(key))
                .findFirst()
                .map(this::write)
                .orElseThrow(() -> new IllegalArgumentException("there is no document " + key));
    }

    private CompletionStage<Void> write(Part<?> part) {
        part.changed = false;
        Optional<PluginState.Document> before = state.get(part.key);
        if (before.isPresent() && !isOurs(before.get())) {
            return CompletableFuture.completedFuture(null);
        }
        return state.put(part.key, new PluginState.Document(SCHEMA, codec.write(part.given())));
    }

    private static boolean isOurs(PluginState.Document document) {
        return document.schema() == SCHEMA;
    }
}
