// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

/** How common words are beyond one context: what is usual there tells little here. */
public interface Background {
    /** Nothing is known. */
    Background NONE = new Background() {
        @Override
        public long items() {
            return 0;
        }

        @Override
        public long itemsWith(String term) {
            return 0;
        }
    };

    /** How many items it knows. */
    long items();

    /** How many of them have a stem, as {@link io.skep.plugin.context.words.Words} makes them. */
    long itemsWith(String term);
}
