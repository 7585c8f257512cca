// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import io.skep.api.plugin.Capability;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A generation of a plugin as core sees it: an immutable snapshot.
 *
 * @param name its service property {@code plugin.name}
 * @param version of its bundle
 * @param generation number of its registration, growing from 1 since the server started
 * @param state what it is doing
 * @param cause why it is in this state, in words
 * @param sharePercent the share of the plugin's calls that it gets
 * @param capabilities what it offers; empty until it has been initialised
 * @param load what it has done and is doing
 */
public record PluginStatus(
        String name,
        String version,
        long generation,
        State state,
        String cause,
        int sharePercent,
        List<Capability> capabilities,
        Load load) {
    /** What a generation is doing. */
    public enum State {
        /** It gets ready. */
        INITIALISING,
        /** It is ready and gets no calls, or a share of them to be compared. */
        CANDIDATE,
        /** It serves. */
        SERVING,
        /** It gets no new calls and ends those that it has. */
        DRAINING,
        /** It did not end its calls in time; nobody waits for it any more. */
        ABANDONED,
        /** It failed too often and gets no calls but a probe now and then. */
        QUARANTINED,
        /** It could not get ready, or another plugin offers the same; it never got a call. */
        FAILED;

        /** The name at the edges, in lower case. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What a generation has done since it came.
     *
     * @param inFlight calls that have begun and not ended
     * @param calls calls that have ended
     * @param errors those of them that failed or did not end in time
     * @param p50Micros median of the time from a call's start to its end, in microseconds
     * @param p99Micros 99th percentile of the same
     */
    public record Load(long inFlight, long calls, long errors, long p50Micros, long p99Micros) {
        /** Nothing yet. */
        public static final Load NONE = new Load(0, 0, 0, 0, 0);
    }

    public PluginStatus {
        Objects.requireNonNull(name);
        Objects.requireNonNull(version);
        Objects.requireNonNull(state);
        Objects.requireNonNull(cause);
        Objects.requireNonNull(load);
        capabilities = List.copyOf(capabilities);
    }
}
