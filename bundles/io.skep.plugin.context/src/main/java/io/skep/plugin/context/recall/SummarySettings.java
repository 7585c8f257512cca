// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

/**
 * Whether agents summarise what is dropped for want of room, and what a summary has to be. Immutable.
 *
 * @param skill of the agents that are asked; empty if nobody is
 * @param tokens of a summary at most
 * @param percent of what an extract of its length would tell, which it tells at least
 */
public record SummarySettings(String skill, int tokens, int percent) {
    /** As without configuration: nobody is asked. */
    public static final SummarySettings DEFAULT = new SummarySettings("", 500, 50);

    /** Whether somebody is asked. */
    boolean isOn() {
        return !skill.isEmpty();
    }
}
