// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A group at one moment. Immutable; kept with each decision.
 *
 * @param wanted agents that there shall be
 * @param ready agents that take tasks
 * @param started agents that there are, also those that start or drain
 * @param slots of each agent
 * @param busy slots in use of those that are ready
 * @param depth tasks that wait and are for this group
 * @param oldestMillis how long the oldest of them waits; 0 if none does
 * @param inPerSecond such tasks that came, per second, over the last minute
 * @param expectedPerSecond such tasks that are expected per second at the horizon; null if too little is known
 * @param workMillis how long an attempt takes on average; null if too few began
 */
record Figures(
        int wanted,
        int ready,
        int started,
        int slots,
        int busy,
        int depth,
        long oldestMillis,
        double inPerSecond,
        @Nullable Double expectedPerSecond,
        @Nullable Double workMillis) {
    /** The share of the slots of the ready agents that is in use; 0 if there are none. */
    double utilisation() {
        return ready == 0 ? 0 : busy / ((double) ready * slots);
    }

    /** The same with what was learned besides. */
    Figures with(@Nullable Double expected, @Nullable Double work) {
        return new Figures(wanted, ready, started, slots, busy, depth, oldestMillis, inPerSecond, expected, work);
    }

    /** For people. */
    String inWords() {
        return String.format(
                Locale.ROOT,
                "%d waiting, the oldest for %.1f s, %d of %d slots in use, %d agents ready of %d",
                depth,
                oldestMillis / 1000.0,
                busy,
                ready * slots,
                ready,
                wanted);
    }
}
