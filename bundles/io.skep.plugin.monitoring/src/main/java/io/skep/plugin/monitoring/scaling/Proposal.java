// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * How many agents one rule wants. Immutable.
 *
 * @param rule {@code utilisation}, {@code backlog}, {@code age}, {@code forecast} or {@code none}
 * @param agents how many, without regard to any limit
 * @param because in words, with the figures that went in
 */
record Proposal(String rule, int agents, String because) {
    private static final double MILLIS = 1000;
    /** A ratio of two figures is hardly ever a whole number although it should be. */
    private static final double NOISE = 1e-6;

    /** What every rule wants; the largest holds. */
    static List<Proposal> of(Figures figures, Targets targets) {
        List<Proposal> all = new ArrayList<>();
        all.add(utilisation(figures, targets));
        if (figures.depth() > 0) {
            all.add(backlog(figures, targets));
            all.add(age(figures, targets));
        }
        Double expected = figures.expectedPerSecond();
        Double work = figures.workMillis();
        if (expected != null && work != null) {
            double slots = expected * work / MILLIS / targets.utilisation();
            all.add(new Proposal(
                    "forecast",
                    agents(slots, figures),
                    words(
                            "%.2f tasks a second are expected in %d s, at %.2f s each",
                            expected, targets.horizonMillis() / 1000, work / MILLIS)));
        }
        return all;
    }

    /** The largest of some. */
    static Proposal largest(List<Proposal> all) {
        return all.stream().max(Comparator.comparingInt(Proposal::agents)).orElseThrow();
    }

    private static Proposal utilisation(Figures figures, Targets targets) {
        return new Proposal(
                "utilisation",
                agents(figures.busy() / targets.utilisation(), figures),
                words("%d slots are in use, and %.0f %% are to be", figures.busy(), targets.utilisation() * 100));
    }

    /** So many slots as start what waits within the time that it may, besides what comes; no more than there are tasks. */
    private static Proposal backlog(Figures figures, Targets targets) {
        int tasks = figures.busy() + figures.depth();
        Double work = figures.workMillis();
        if (work == null) {
            int twice = Math.max(1, (figures.ready() < figures.wanted() ? 1 : 2) * figures.wanted());
            String because = words("%d tasks wait, and it is not known yet how long one takes", figures.depth());
            return new Proposal("backlog", Math.min(twice, agents(tasks, figures)), because);
        }
        double slots = figures.inPerSecond() * work / MILLIS + figures.depth() * work / targets.ageMillis();
        return new Proposal(
                "backlog",
                agents(Math.min(tasks, slots), figures),
                words(
                        "%d tasks wait and %.2f a second come, at %.2f s each, and none is to wait for more than %.1f s",
                        figures.depth(), figures.inPerSecond(), work / MILLIS, targets.ageMillis() / MILLIS));
    }

    /** More than there are, while the oldest waits too long although all that shall be there are. */
    private static Proposal age(Figures figures, Targets targets) {
        double ratio = Math.min(2, figures.oldestMillis() / (double) targets.ageMillis());
        String because = words(
                "the oldest waits for %.1f s, of %.1f", figures.oldestMillis() / MILLIS, targets.ageMillis() / MILLIS);
        if (ratio <= 1 || figures.ready() < figures.wanted()) {
            return new Proposal("age", 0, because);
        }
        int more = (int) Math.ceil(figures.wanted() * ratio - NOISE);
        int tasks = agents(figures.busy() + figures.depth(), figures);
        return new Proposal("age", Math.min(Math.max(1, more), Math.max(figures.wanted(), tasks)), because);
    }

    private static int agents(double slots, Figures figures) {
        return (int) Math.min(Integer.MAX_VALUE, Math.ceil(slots / figures.slots() - NOISE));
    }

    private static String words(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
