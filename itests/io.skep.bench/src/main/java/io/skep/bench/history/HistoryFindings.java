// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.history;

import io.skep.bench.Findings;
import io.skep.bench.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns the figures into results, and says what is beyond what the issue allows. */
final class HistoryFindings {
    private static final double MOST_PAGE_MILLIS = 200;
    private static final double MOST_RESTART_MILLIS = 8000;
    /** A task costs the same however many wait: within what two measurements differ by. */
    private static final double MOST_COST_RATIO = 1.5;

    private final Map<String, Double> figures;
    private final List<String> violations = new ArrayList<>();

    HistoryFindings(Map<String, Double> figures) {
        this.figures = figures;
    }

    /** {@code judged} is whether it ran long enough for the limits to mean something. */
    Findings findings(long history, long live, boolean judged) {
        double ratio = figure("cycles.small") / figure("cycles.large");
        List<Result> results = new ArrayList<>();
        results.add(Result.count("history", history));
        results.add(Result.count("live", live));
        results.add(Result.of("cycle.cost.ratio", ratio, ""));
        figures.forEach((name, value) -> results.add(Result.of(name, value, unit(name))));
        if (figure("live.after.restart") < live) {
            violations.add(String.format(
                    Locale.ROOT, "after the restart %.0f of %d tasks wait", figure("live.after.restart"), live));
        }
        if (judged) {
            limit("page.p99.ms", figure("page.p99.ms"), MOST_PAGE_MILLIS);
            limit("restart.ms", figure("restart.ms"), MOST_RESTART_MILLIS);
            limit("cycle.cost.ratio", ratio, MOST_COST_RATIO);
        }
        return new Findings(
                "every acknowledged change synced before; the history is written by the store's own writer",
                results,
                violations);
    }

    private void limit(String name, double value, double most) {
        if (value > most) {
            violations.add(String.format(Locale.ROOT, "%s is %.2f, more than %.2f", name, value, most));
        }
    }

    private double figure(String name) {
        Double value = figures.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name + " in " + figures.keySet());
        }
        return value;
    }

    private static String unit(String name) {
        if (name.endsWith(".ms")) {
            return "ms";
        } else if (name.endsWith(".per.s") || name.startsWith("cycles.")) {
            return "/s";
        } else if (name.endsWith(".s")) {
            return "s";
        }
        return name.endsWith(".mb") ? "MB" : "";
    }
}
