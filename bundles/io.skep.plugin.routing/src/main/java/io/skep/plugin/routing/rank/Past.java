// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

/**
 * A past task. Immutable.
 *
 * @param task its id
 * @param snippet the beginning of its text
 * @param agent who had it
 * @param outcome 0 to 1
 * @param number of the outcome, counted from the first
 * @param atMillis when it ended, since 1970 UTC
 */
public record Past(String task, String snippet, String agent, double outcome, long number, long atMillis) {
    /** So many characters of a text are kept. */
    public static final int MAX_SNIPPET = 160;

    public Past {
        snippet = snippet.substring(0, Math.min(snippet.length(), MAX_SNIPPET));
    }
}
