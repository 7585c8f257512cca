// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.documents;

/**
 * How much there may be. Immutable. Beyond these, core keeps at most 10,000 documents of 16 Mi characters together of one
 * plugin, whosever they are.
 *
 * @param tenants that have something
 * @param documents of one tenant
 * @param chars of the values of one tenant's documents together, as JSON
 * @param valueChars of one value
 * @param deleted deletions of one tenant that watchers can still learn of
 * @param locks of one tenant
 * @param waiting calls of one tenant that wait for those before
 * @param watchers calls that wait for a change, of all tenants
 */
public record Limits(
        int tenants, int documents, int chars, int valueChars, int deleted, int locks, int waiting, int watchers) {
    /** As without configuration. */
    public static final Limits DEFAULT = new Limits(200, 2_000, 4 << 20, 64 << 10, 500, 500, 5_000, 500);
}
