// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

/**
 * When and how contexts are consolidated, and how much of the archive is indexed. Immutable.
 *
 * @param aboveTokens from how many tokens on a context is consolidated by itself; 0 for never
 * @param contextTokens how many tokens a context has at most afterwards, unless the caller says otherwise
 * @param sharePercent of what was ever appended, likewise; the lesser of the two holds
 * @param toolResults how many of the newest tool results stay whole
 * @param recentItems how many of the newest items go last
 * @param archiveItems how many items can be found
 * @param archiveVectors how many of them by their meaning
 * @param cpuPercent of one core, which the work in the background takes at most
 * @param waiting sessions that wait for it at most; further ones are refused
 * @param summary whether agents summarise what goes
 */
public record ConsolidationSettings(
        long aboveTokens,
        long contextTokens,
        int sharePercent,
        int toolResults,
        int recentItems,
        int archiveItems,
        int archiveVectors,
        int cpuPercent,
        int waiting,
        SummarySettings summary) {
    /** As without configuration. */
    public static final ConsolidationSettings DEFAULT =
            new ConsolidationSettings(100_000, 50_000, 30, 3, 6, 200_000, 50_000, 25, 1_000, SummarySettings.DEFAULT);
}
