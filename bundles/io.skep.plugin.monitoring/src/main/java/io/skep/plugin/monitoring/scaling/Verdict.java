// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import java.util.List;

/**
 * What is to become of a group, and why. Immutable.
 *
 * @param from agents that are wanted so far
 * @param to agents that are to be wanted; as many if nothing is done
 * @param rule that decided: one of {@link Proposal#rule()}, {@code limits} or {@code none}
 * @param because in words
 * @param hindrances why there are not more, or not fewer, although a rule wants it; empty if nothing stood in the way
 * @param proposals what each rule wants
 */
record Verdict(int from, int to, String rule, String because, List<String> hindrances, List<Proposal> proposals) {
    Verdict {
        hindrances = List.copyOf(hindrances);
        proposals = List.copyOf(proposals);
    }
}
