// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of a plugin's generation, under way or ended: an immutable snapshot.
 *
 * @param id of this job
 * @param plugin whose
 * @param kind what kind of change
 * @param from the version that served before, or null if none did
 * @param to the version that is to serve, or null if none is
 * @param actor who asked for it
 * @param begunAt when
 * @param phases those that it has reached, in order, each with how long it took (so far)
 * @param outcome how it ended
 * @param reason why it ended so, in words; while it is under way, what it is doing
 * @param drained calls of the old generation that ended after it got no new ones
 * @param parked calls that waited because nobody served
 * @param abandoned calls that had not ended when nobody waited for them any longer
 */
public record SwapJob(
        String id,
        String plugin,
        Kind kind,
        @Nullable String from,
        @Nullable String to,
        String actor,
        Instant begunAt,
        List<Step> phases,
        Outcome outcome,
        String reason,
        long drained,
        long parked,
        long abandoned) {
    /** What kind of change. */
    public enum Kind {
        /** A version beside the old one. */
        UPGRADE,
        /** The version before. */
        ROLLBACK,
        /** None any more. */
        REMOVAL;

        /** The name at the edges, in lower case. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The phases of a change, in their order; not every change has all. */
    public enum Phase {
        /** The jar is checked and kept. */
        CHECK,
        /** Its bundle is installed. */
        INSTALL,
        /** Its packages are found. */
        RESOLVE,
        /** It is started, and its service found. */
        START,
        /** The plugin gets ready. */
        INITIALISE,
        /** It says how it is. */
        HEALTH,
        /** It is called for the sake of its speed only. */
        WARM_UP,
        /** It has a share of the calls. */
        CANARY,
        /** It serves. */
        PROMOTE,
        /** The old generation ends its calls. */
        DRAIN,
        /** The old bundle is stopped and uninstalled. */
        STOP;

        /** The name at the edges, in lower case. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** How a change ended. */
    public enum Outcome {
        /** It has not. */
        RUNNING,
        /** The new version serves (or, of a removal, none does). */
        PROMOTED,
        /** The old version serves as before. */
        ROLLED_BACK,
        /** It was only checked, and could begin. */
        CHECKED;

        /** The name at the edges, in lower case. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * A phase that was reached.
     *
     * @param took how long, or has taken so far
     */
    public record Step(Phase phase, Duration took) {
        public Step {
            Objects.requireNonNull(phase);
            Objects.requireNonNull(took);
        }
    }

    public SwapJob {
        Objects.requireNonNull(id);
        Objects.requireNonNull(plugin);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(actor);
        Objects.requireNonNull(begunAt);
        Objects.requireNonNull(outcome);
        Objects.requireNonNull(reason);
        phases = List.copyOf(phases);
    }
}
