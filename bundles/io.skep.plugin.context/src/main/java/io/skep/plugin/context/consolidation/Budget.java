// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

/**
 * How much may be kept.
 *
 * @param tokens at most; only pinned items may exceed it
 * @param toolResults how many of the newest tool results stay whole, but for {@link Level#INTENSIVE}
 * @param recent how many of the newest items go last, since the agent is at work with them
 */
public record Budget(long tokens, int toolResults, int recent) {
    /** Nothing is negative. */
    public Budget {
        if (tokens < 0 || toolResults < 0 || recent < 0) {
            throw new IllegalArgumentException("a budget of " + tokens + ", " + toolResults + ", " + recent);
        }
    }
}
