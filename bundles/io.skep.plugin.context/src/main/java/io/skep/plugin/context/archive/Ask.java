// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.archive;

import java.util.function.Predicate;

/**
 * What is looked for.
 *
 * @param text the question, in anybody's words
 * @param most how many items at most
 * @param sessions where it may be looked for; asked once for each session
 * @param items which of those sessions' items may be found, for instance those that are not in the context any more;
 *     asked for the best ones only, in their order
 */
public record Ask(String text, int most, Predicate<String> sessions, Items items) {
    /** Which items. */
    @FunctionalInterface
    public interface Items {
        /** Whether this one. */
        boolean may(String session, long number);
    }

    /** Everywhere. */
    public static Ask anywhere(String text, int most) {
        return new Ask(text, most, session -> true, (session, number) -> true);
    }
}
