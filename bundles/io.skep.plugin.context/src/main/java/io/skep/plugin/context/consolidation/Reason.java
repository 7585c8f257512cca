// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

/** Why an item is not in the context any more, or not as it was. */
public enum Reason {
    /** A tool result that is now a pointer into the archive. */
    CLEARED,
    /** The same was said again later. */
    DUPLICATE,
    /** Almost the same was said again later. */
    NEAR_DUPLICATE,
    /** A later fact or decision on the same subject holds instead. */
    SUPERSEDED,
    /** Others told more for the tokens that there were. */
    BUDGET,
    /** Only its sentences that tell most are kept. */
    EXCERPTED
}
