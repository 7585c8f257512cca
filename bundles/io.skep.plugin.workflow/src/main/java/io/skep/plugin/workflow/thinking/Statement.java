// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import org.jspecify.annotations.Nullable;

/**
 * One thing that an agent said. Immutable.
 *
 * @param kind as what it said so
 * @param text in its words
 * @param confidence 0 to 1 as it says, or null
 * @param against whether it says itself that it is against what the text says
 * @param place where in its list, 0 for the beginning to 1 for the end
 * @param source where it said so
 */
record Statement(
        Kind kind, String text, @Nullable Double confidence, boolean against, double place, Insights.Source source) {
    /** What a statement is. */
    enum Kind {
        /** What matters. */
        POINT("points"),
        /** What can go wrong. */
        RISK("risks"),
        /** What to do, in order. */
        PLAN("plan");

        private final String field;

        Kind(String field) {
            this.field = field;
        }

        /** The field of an answer with statements of this kind. */
        String field() {
            return field;
        }
    }
}
