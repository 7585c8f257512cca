// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects results, and a violation for each that misses its goal. For one thread. */
public final class Goals {
    private final boolean judged;
    private final List<Result> results = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    /** With {@code judged} false, as for a run too short to tell, only what must never be is a violation. */
    public Goals(boolean judged) {
        this.judged = judged;
    }

    /** A figure without a goal. */
    public void report(Result result) {
        results.add(result);
    }

    /** A figure that must not be more than {@code goal}. */
    public void atMost(double goal, Result result) {
        results.add(result);
        if (judged && !(result.value() <= goal)) {
            missed(result, "more", goal);
        }
    }

    /** A figure that must not be less than {@code goal}. */
    public void atLeast(double goal, Result result) {
        results.add(result);
        if (judged && !(result.value() >= goal)) {
            missed(result, "less", goal);
        }
    }

    /** A number of things of which there must be none, in however short a run. */
    public void none(Result result) {
        results.add(result);
        if (result.value() != 0) {
            missed(result, "more", 0);
        }
    }

    /** Something that must never be, in a sentence. */
    public void violated(String what) {
        violations.add(what);
    }

    /** All of it. */
    public Findings findings(String durability) {
        return new Findings(durability, results, violations);
    }

    private void missed(Result result, String how, double goal) {
        // A goal with a fraction is about shares, which are told apart by thousandths.
        String words = goal == Math.rint(goal) ? "%s is %.2f, %s than %.0f" : "%s is %.3f, %s than %.3f";
        violations.add(String.format(Locale.ROOT, words, result.name(), result.value(), how, goal));
    }
}
