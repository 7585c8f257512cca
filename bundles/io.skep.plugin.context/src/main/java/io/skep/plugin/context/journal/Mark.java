// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of a context other than by appending; its JSON is what is kept.
 *
 * @param what a word: {@code replaced}, {@code restored}, {@code pinned} or {@code rewritten}
 * @param revision that the change has made
 * @param at when, milliseconds since 1970 UTC
 * @param note why, for people
 * @param ranges the context by then, as pairs; null if it stayed as it was
 * @param pinned numbers of the items that are pinned from then on, as pairs
 * @param standIns for each item for which something stands in the context: its number, and the place of what does
 */
record Mark(
        String what,
        long revision,
        long at,
        String note,
        int @Nullable [] ranges,
        int[] pinned,
        List<long[]> standIns) {

    /**
     * Where an item is.
     *
     * @param body where the body of its record begins
     * @param length of the body
     * @param tokens of the item
     */
    record Place(long body, int length, int tokens) {
        long[] of(int number) {
            return new long[] {number, body, length, tokens};
        }

        static Place in(long[] said) {
            return new Place(said[1], (int) said[2], (int) said[3]);
        }
    }
}
