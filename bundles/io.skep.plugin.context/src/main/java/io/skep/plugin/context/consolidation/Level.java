// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

/** How much is done to a context. Each level does all that the one before does. */
public enum Level {
    /** Old tool results become pointers, what was said twice is kept once. No budget is kept. */
    LIGHT,
    /**
     * Also what was said almost twice is kept once, facts and decisions make room for later ones on the same subject, and
     * what tells least goes until the budget is kept.
     */
    DEEP,
    /** Every tool result becomes a pointer, and single sentences are kept of what is not kept whole. */
    INTENSIVE
}
