// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the learned service times as the document {@value #KEY}, schema {@value #SCHEMA}: the last {@value #ENDS} ends of
 * the {@value #AGENTS} agents that were busy last, within half of what a document may hold. It is written when something
 * changed, and at most every five seconds; what was learned since is not worth a write while closing. Another schema is
 * neither read nor written over. Used by the follower's thread only, but for {@link #changed}.
 */
final class Keeper {
    static final String KEY = "service-times";
    static final int SCHEMA = 1;
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final int AGENTS = 500;
    private static final int ENDS = 16;

    private final PluginState state;
    private final ServiceTimes times;
    private final Codec codec;
    private final Clock clock;
    private Instant next = Instant.MIN;
    private long revision;
    private volatile boolean changed;

    /**
     * The document.
     *
     * @param agents for each agent its last service times in milliseconds, oldest first; -1 for an attempt that failed
     */
    record Kept(@Nullable Map<String, List<Integer>> agents) {}

    Keeper(PluginState state, ServiceTimes times, Codec codec, Clock clock) {
        this.state = state;
        this.times = times;
        this.codec = codec;
        this.clock = clock;
    }

    /** Takes over what is kept. */
    void load() {
        revision = state.revision();
        state.get(KEY).filter(Keeper::isOurs).ifPresent(document -> {
            try {
                Kept kept = codec.readKept(document.json(), Kept.class);
                times.learn(Objects.requireNonNullElse(kept.agents(), Map.of()));
            } catch (JsonProcessingException unreadable) {
                LOG.warn("the document {} cannot be read; service times are learned anew", KEY, unreadable);
            }
        });
    }

    /** Something was learned; said by any thread. */
    void changed() {
        changed = true;
    }

    /** Writes if it is time; returns how long it can rest then. */
    Duration rest(Duration longest) {
        if (state.revision() != revision) {
            load();
            changed = true;
        }
        if (!changed) {
            return longest;
        }
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            Duration left = Duration.between(now, next);
            return left.compareTo(longest) < 0 ? left : longest;
        }
        changed = false;
        next = now.plus(EVERY);
        write();
        return longest;
    }

    private void write() {
        Optional<PluginState.Document> before = state.get(KEY);
        if (before.isPresent() && !isOurs(before.get())) {
            return;
        }
        String json = codec.write(new Kept(times.last(AGENTS, ENDS)));
        state.put(KEY, new PluginState.Document(SCHEMA, json)).whenComplete((done, refused) -> {
            if (refused != null) {
                LOG.debug("the service times could not be kept", refused);
            }
        });
    }

    private static boolean isOurs(PluginState.Document document) {
        return document.schema() == SCHEMA;
    }
}
