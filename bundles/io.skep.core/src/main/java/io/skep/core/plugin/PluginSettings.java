// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import java.time.Duration;

/**
 * Limits and times of plugins; see {@link io.skep.core.CoreConfig} for what each means to an operator. Immutable.
 *
 * @param threads that one plugin may use at once
 * @param lent threads of callers that may be in plugins at once
 * @param queue calls of one plugin that may wait for a thread
 * @param maxParked calls of one plugin that may wait for a provider
 * @param park how long one of them waits at most
 * @param drain how long an old generation is given to end its calls while the new one serves
 * @param unbindDrain how long the removal of a service is held up for its calls in flight, at least
 * @param phase how long a new version may take to start, to get ready, and to say how it is, each
 * @param failures how many failures quarantine a generation, at least
 * @param failurePercent and at least this share of its calls
 * @param slowPercent share of calls that take more than four fifths of their timeout that does the same
 * @param probe after what time a quarantined generation is tried again
 * @param warmupCalls how often a new version is called for the sake of its speed
 */
public record PluginSettings(
        int threads,
        int lent,
        int queue,
        int maxParked,
        Duration park,
        Duration drain,
        Duration unbindDrain,
        Duration phase,
        int failures,
        int failurePercent,
        int slowPercent,
        Duration probe,
        int warmupCalls) {
    /** Beyond it Declarative Services would replace the bundle under the drain: {@code ds.lock.timeout.milliseconds}. */
    public static final Duration MAX_UNBIND_DRAIN = Duration.ofSeconds(4);

    /** What the configuration says by default. */
    public static final PluginSettings DEFAULT = new PluginSettings(
            8,
            8,
            10_000,
            5_000,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            5,
            50,
            80,
            Duration.ofSeconds(5),
            500);
}
