// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import org.jspecify.annotations.Nullable;

/**
 * What became of a task that an agent had.
 *
 * @param task its id
 * @param text of it
 * @param vector of the text, or null if there was no encoder
 * @param agent who had it
 * @param features of the agent when it was picked, or null if it was not picked here
 * @param value 0 to 1
 * @param atMillis when, since 1970 UTC
 */
public record Outcome(
        String task,
        String text,
        float @Nullable [] vector,
        String agent,
        float @Nullable [] features,
        double value,
        long atMillis) {}
