// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the decisions about a group say about the next one. */
final class History {
    private static final long MINUTE = 60_000;

    private History() {}

    /**
     * The bounds of the next decision.
     *
     * @param decisions newest first
     * @param rests why nothing is done, or null
     */
    static Bounds bounds(List<Decision> decisions, int min, int max, int affordable, @Nullable String rests, long now) {
        int added = decisions.stream()
                .filter(decision -> decision.grows() && decision.state() != Decision.State.FAILED)
                .filter(decision -> decision.at() > now - MINUTE)
                .mapToInt(decision -> decision.to() - decision.from())
                .sum();
        int failures = 0;
        for (Decision decision : decisions) {
            if (decision.state() != Decision.State.FAILED) {
                break;
            }
            failures++;
        }
        return new Bounds(
                min,
                max,
                affordable,
                last(decisions, Decision::grows),
                last(decisions, Decision::shrinks),
                added,
                failures,
                rests);
    }

    private static long last(List<Decision> decisions, Predicate<Decision> kind) {
        return decisions.stream()
                .filter(kind)
                .mapToLong(Decision::at)
                .findFirst()
                .orElse(0);
    }

    /** The same was proposed a short while ago, and is not worth another line. */
    static boolean isProposed(List<Decision> decisions, Verdict verdict, long now) {
        return decisions.stream()
                .findFirst()
                .filter(newest -> newest.state() == Decision.State.PROPOSED)
                .filter(newest -> newest.from() == verdict.from() && newest.to() == verdict.to())
                .filter(newest -> newest.at() > now - 10 * MINUTE)
                .isPresent();
    }
}
