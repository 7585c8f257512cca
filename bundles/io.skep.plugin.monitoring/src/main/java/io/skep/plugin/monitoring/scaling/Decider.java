// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides how many agents a group is to have: as many as the rule that wants most, soon; fewer, when they have been enough
 * for a while. A function of what it is given; thread-safe.
 */
final class Decider {
    private static final int PERCENT = 100;
    private static final int MOST_DOUBLINGS = 6;
    /** A tenth fewer or less is not worth a change, as with Kubernetes' autoscaler. */
    private static final double ALIKE = 0.9;

    private final Targets targets;

    Decider(Targets targets) {
        this.targets = targets;
    }

    /** The most that a rule wants now. */
    int wanted(Figures figures) {
        return Proposal.largest(Proposal.of(figures, targets)).agents();
    }

    /**
     * Decides.
     *
     * @param seen what {@link #wanted} was over the window, now included
     */
    Verdict decide(Figures figures, Bounds bounds, Window.Seen seen, long now) {
        List<Proposal> proposals = Proposal.of(figures, targets);
        Proposal largest = Proposal.largest(proposals);
        int from = figures.wanted();
        int most = Math.max(bounds.min(), Math.min(bounds.max(), bounds.affordable()));
        if (bounds.rests() != null) {
            return new Verdict(from, from, "none", largest.because(), List.of(bounds.rests()), proposals);
        } else if (from > most) {
            String because =
                    "there may be " + most + " at most" + (most == bounds.max() ? "" : ", by the cost ceiling");
            return new Verdict(from, most, "limits", because, List.of(), proposals);
        } else if (largest.agents() > from) {
            return more(figures, bounds, now, largest, proposals);
        } else if (from < bounds.min()) {
            return more(
                    figures, bounds, now, new Proposal("limits", bounds.min(), "there are to be so many"), proposals);
        } else if (largest.agents() < from && from > bounds.min()) {
            return fewer(figures, bounds, seen, now, largest, proposals);
        }
        return new Verdict(from, from, "none", largest.because(), List.of(), proposals);
    }

    private Verdict more(Figures figures, Bounds bounds, long now, Proposal wanted, List<Proposal> proposals) {
        int from = figures.wanted();
        List<String> hindrances = new ArrayList<>();
        long rest = pause(targets.outMillis(), bounds);
        int to = wanted.agents();
        if (bounds.lastOutAt() > 0 && now - bounds.lastOutAt() < rest) {
            hindrances.add(
                    "some were added " + (now - bounds.lastOutAt()) + " ms ago, and the next come after " + rest);
            to = from;
        }
        int step = Math.max(targets.stepOutLeast(), from * targets.stepOutPercent() / PERCENT);
        to = atMost(
                to,
                (int) Math.min(Integer.MAX_VALUE, (long) from + step),
                "at once " + step + " are added at most",
                hindrances);
        int left = Math.max(0, targets.perMinute() - bounds.addedInMinute());
        to = atMost(to, from + left, "within a minute " + targets.perMinute() + " are added at most", hindrances);
        to = atMost(to, bounds.max(), "the most are " + bounds.max(), hindrances);
        to = atMost(
                to,
                Math.max(from, bounds.affordable()),
                "the cost ceiling has room for " + bounds.affordable(),
                hindrances);
        return new Verdict(from, to, to == from ? "none" : wanted.rule(), wanted.because(), hindrances, proposals);
    }

    private Verdict fewer(
            Figures figures, Bounds bounds, Window.Seen seen, long now, Proposal wanted, List<Proposal> proposals) {
        int from = figures.wanted();
        int enough = Math.max(bounds.min(), Math.max(seen.largest(), wanted.agents()));
        String hindrance = notFewer(bounds, seen, enough, from, now);
        if (hindrance != null) {
            return new Verdict(from, from, "none", wanted.because(), List.of(hindrance), proposals);
        }
        int step = Math.max(1, from * targets.stepInPercent() / PERCENT);
        List<String> hindrances = new ArrayList<>();
        if (from - step > enough) {
            hindrances.add("at once " + step + " are taken away at most");
        }
        String because = "for " + targets.stableMillis() + " ms " + enough + " have been enough; " + wanted.because();
        return new Verdict(from, Math.max(enough, from - step), wanted.rule(), because, hindrances, proposals);
    }

    private @Nullable String notFewer(Bounds bounds, Window.Seen seen, int enough, int from, long now) {
        // What was added must have shown itself for as long, or each burst would be followed by its own undoing.
        long missing = Math.max(seen.missingMillis(), targets.stableMillis() - (now - bounds.lastOutAt()));
        long rest = pause(targets.inMillis(), bounds);
        if (missing > 0) {
            return "fewer must have been enough for " + missing + " ms more";
        } else if (enough >= from || (enough > from * ALIKE && enough > bounds.min())) {
            return "within the last " + targets.stableMillis() + " ms " + enough + " were needed";
        }
        boolean isTooSoon = bounds.lastInAt() > 0 && now - bounds.lastInAt() < rest;
        return isTooSoon
                ? "some were taken away " + (now - bounds.lastInAt()) + " ms ago, and the next go after " + rest
                : null;
    }

    /** Twice as long after each decision in a row that could not be carried out. */
    private static long pause(long millis, Bounds bounds) {
        return millis << Math.min(MOST_DOUBLINGS, bounds.failures());
    }

    private static int atMost(int wanted, int most, String why, List<String> hindrances) {
        if (wanted > most) {
            hindrances.add(why);
            return most;
        }
        return wanted;
    }
}
