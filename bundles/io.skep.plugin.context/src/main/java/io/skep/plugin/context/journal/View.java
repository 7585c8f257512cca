// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import io.skep.plugin.context.journal.Mark.Place;
import java.util.BitSet;
import java.util.Map;

/**
 * A session's file at one moment, but for the texts. Immutable.
 *
 * @param meta what is known besides the items
 * @param revision of the context
 * @param context numbers of the items in it, in order
 * @param tokens of these together
 * @param last the highest number
 * @param places where the items are
 * @param pinned numbers of the items that must stay; not to be changed
 */
public record View(Meta meta, long revision, Ranges context, long tokens, int last, Places places, BitSet pinned) {
    /** Where items are. Numbers up to the view's last are never changed by whoever appends. */
    static final class Places {
        private final long[] bodies;
        private final int[] lengths;
        private final int[] tokens;
        private final Map<Integer, Place> standIns;

        Places(long[] bodies, int[] lengths, int[] tokens, Map<Integer, Place> standIns) {
            this.bodies = bodies;
            this.lengths = lengths;
            this.tokens = tokens;
            this.standIns = standIns;
        }

        Place original(int number) {
            return new Place(bodies[number - 1], lengths[number - 1], tokens[number - 1]);
        }

        Place inContext(int number) {
            Place standIn = standIns.get(number);
            return standIn == null ? original(number) : standIn;
        }

        boolean has(int number) {
            return bodies[number - 1] != Index.LOST;
        }

        /** The same places, with other stand-ins. */
        Places with(Map<Integer, Place> others) {
            return new Places(bodies, lengths, tokens, others);
        }

        Map<Integer, Place> standIns() {
            return standIns;
        }
    }

    /** Whether an item of that number is there. */
    public boolean has(long number) {
        return number >= 1 && number <= last && places.has((int) number);
    }

    /** Tokens of an item as it is in the context. */
    public int tokens(int number) {
        return places.inContext(number).tokens();
    }

    /** Tokens of an item as it was appended. */
    public int originalTokens(int number) {
        return places.original(number).tokens();
    }

    /** Numbers of everything that was ever appended and is there. */
    public Ranges archive() {
        Ranges.Builder all = new Ranges.Builder();
        for (int number = 1; number <= last; number++) {
            if (places.has(number)) {
                all.add(number);
            }
        }
        return all.build();
    }
}
