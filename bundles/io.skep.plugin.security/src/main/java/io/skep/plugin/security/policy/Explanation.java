// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.util.List;

/**
 * A decision with all that was looked at, in that order.
 *
 * @param decision the same as without explanation
 * @param steps every check and every candidate rule, also those after the one that decided
 */
public record Explanation(Decision decision, List<Step> steps) {
    /** Copies the steps. */
    public Explanation {
        steps = List.copyOf(steps);
    }

    /**
     * One check.
     *
     * @param subject of the check: a rule id, or {@code scope}, {@code role}, {@code confined}, {@code vocabulary}
     * @param held whether it was passed
     * @param words what was found
     */
    public record Step(String subject, boolean held, String words) {}
}
