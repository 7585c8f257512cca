// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import org.jspecify.annotations.Nullable;

/**
 * Between what a group has to stay, and what it did lately. Immutable.
 *
 * @param min fewest agents
 * @param max most agents
 * @param affordable most agents that the cost ceiling leaves room for
 * @param lastOutAt when agents were added last, in milliseconds since 1970; 0 if never
 * @param lastInAt when some were taken away last; 0 if never
 * @param addedInMinute agents that were added within the last minute
 * @param failures decisions in a row that could not be carried out
 * @param rests why nothing is done now; null if nothing speaks against it
 */
record Bounds(
        int min,
        int max,
        int affordable,
        long lastOutAt,
        long lastInAt,
        int addedInMinute,
        int failures,
        @Nullable String rests) {}
