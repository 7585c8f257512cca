// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

/**
 * What the beginning of a checkpoint says; its JSON is what is kept.
 *
 * @param meta of the session
 * @param revision of the context in it
 * @param at when it was written, milliseconds since 1970 UTC
 * @param last the highest number by then
 * @param context numbers of the items in it, as pairs, in order
 * @param pinned numbers of the items that must stay, as pairs
 */
public record Checkpoint(Meta meta, long revision, long at, int last, int[] context, int[] pinned) {}
